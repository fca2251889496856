import { soundScenarios } from '../sound-scenarios.ts'

soundScenarios('network', 'access', 'security')
