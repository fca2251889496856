import { soundScenarios } from '../sound-scenarios.ts'

soundScenarios('change', 'healthy', 'capacity')
