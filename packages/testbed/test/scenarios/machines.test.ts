import { soundScenarios } from '../sound-scenarios.ts'

soundScenarios('resources', 'nodes', 'storage', 'jobs')
