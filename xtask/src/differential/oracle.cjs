// Asks iam-simulate: reads {"id", "simulation"} lines, answers one line each with {"id", "decision"} or {"id", "error"}.
// The package is not part of this project; `cargo xtask differential` installs it and names its folder as the argument.
'use strict'

const readline = require('node:readline')

const folder = process.argv[2]
const { runSimulation, anonymousPrincipal } = require(
  require.resolve('@cloud-copilot/iam-simulate', { paths: [folder] })
)
const words = { Allowed: 'allowed', ExplicitlyDenied: 'explicitDeny', ImplicitlyDenied: 'implicitDeny' }

/** Why nothing was decided, in one line: its message and the paths of the refused policies. */
function refusal(errors) {
  const found = []
  const collect = (value) => {
    if (Array.isArray(value)) value.forEach(collect)
    else if (value && typeof value === 'object') {
      if (typeof value.message === 'string' && typeof value.path === 'string') found.push(`${value.path}: ${value.message}`)
      else Object.values(value).forEach(collect)
    }
  }
  collect(errors)
  return [errors.message, ...found].join('; ')
}

async function answer(line) {
  const { id, simulation } = JSON.parse(line)
  try {
    if (simulation.request.principal === '*') simulation.request.principal = anonymousPrincipal
    const result = await runSimulation(simulation, {})
    if (result.resultType === 'error') return { id, error: refusal(result.errors) }
    const ignored = result.result ? result.result.ignoredContextKeys : undefined
    return { id, decision: words[result.overallResult] || String(result.overallResult), ignored }
  } catch (thrown) {
    return { id, error: `thrown: ${thrown && thrown.message}` }
  }
}

async function main() {
  const lines = readline.createInterface({ input: process.stdin, crlfDelay: Infinity })
  for await (const line of lines) process.stdout.write(JSON.stringify(await answer(line)) + '\n')
}

main()
