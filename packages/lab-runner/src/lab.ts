/**
 * What a lab's spec imports, and the only thing it imports: `describe`, `test`, `expect`, and `lab`, which builds a world
 * with the student's part plugged in. A spec never imports the student's code; it talks to it over MCP and looks at what
 * the cluster and the audit log saw. Who runs the spec is `executor.ts`, where the student's part lives is `host.ts`.
 */
import { executorInForce, type Executor } from './executor.ts'
import { plugStudentPart } from './host.ts'
import { createWorld, textOf, type CallToolResult, type World, type WorldOptions } from './world.ts'

export type { CallToolResult, World, WorldOptions } from './world.ts'

const executor: Executor = await executorInForce()

/** A step's tests; its name is the step's id in `lab.yaml`. */
export const describe: Executor['describe'] = executor.describe

/** One fact about the student's part. */
export const test: Executor['test'] = executor.test

/** vitest's `expect`. Give it words as the second argument: the report shows them as what was expected. */
export const expect: Executor['expect'] = executor.expect

export const lab: {
  /**
   * A fresh cluster and MCP server with the student's part plugged in; closed when the test ends.
   *
   * @param options `nodes`: how many, or which; `seed` instead of the run's, `scenario` instead of the lab's
   * @throws        LabLoadError when the student's file cannot be parsed or throws on import
   */
  world(options?: WorldOptions): Promise<World>
  /** The text of an answer, its parts joined by line breaks. */
  text(answer: CallToolResult): string
} = {
  async world(options = {}) {
    const record = executor.record()
    const part = await plugStudentPart({ specFile: executor.specFile(), onFault: (fault) => record.faults.push(fault) })
    const { seed, scenario, tools } = part
    const world = await createWorld({ seed, ...(scenario && { scenario }), ...options }, { tools, record })
    executor.afterTest(world.close)
    return world
  },
  text: textOf,
}
