import { soundScenarios } from '../sound-scenarios.ts'

soundScenarios('rollout')
