// Times iam-simulate: reads a list of {"name", "expect", "simulation"}, answers with a list of {"name", "nanoseconds",
// "checked"}, the best round of each. The package is not part of this project; `cargo xtask bench` names its folder.
'use strict'

const { readFileSync } = require('node:fs')

const folder = process.argv[2]
const { runSimulation, runUnsafeSimulation } = require(
  require.resolve('@cloud-copilot/iam-simulate', { paths: [folder] })
)
const words = { Allowed: 'allowed', ExplicitlyDenied: 'explicitDeny', ImplicitlyDenied: 'implicitDeny' }

const ROUNDS = 300
const ROUND_NANOSECONDS = 5e6
const WARM_NANOSECONDS = 1e9

/** How long `count` calls take, in nanoseconds. */
async function time({ call, checked }, count) {
  const start = process.hrtime.bigint()
  if (checked) for (let done = 0; done < count; done += 1) await call()
  else for (let done = 0; done < count; done += 1) call()
  return Number(process.hrtime.bigint() - start)
}

/** The call without the check of the input, or with it where it fails without. */
function fastest(simulation) {
  // Without the check AWS's own RCPFullAWSAccess is not filled into empty levels.
  const filled = simulation.resourceControlPolicies.filter((level) => level.policies.length > 0)
  const bare = { ...simulation, resourceControlPolicies: filled }
  const call = () => runUnsafeSimulation(bare, {})
  try {
    call()
    return { call, checked: false }
  } catch {
    return { call: async () => (await runSimulation(simulation, {})).overallResult, checked: true }
  }
}

async function measure({ name, expect, simulation }) {
  const engine = fastest(simulation)
  const decision = words[await engine.call()]
  if (decision !== expect) throw new Error(`${name}: iam-simulate says ${decision}, not ${expect}`)
  // Node compiles what runs often.
  let count = 1
  for (let warm = 0; warm < WARM_NANOSECONDS; ) {
    const taken = await time(engine, count)
    warm += taken
    if (taken < ROUND_NANOSECONDS) count *= 2
  }
  let best = Infinity
  for (let round = 0; round < ROUNDS; round += 1) best = Math.min(best, (await time(engine, count)) / count)
  return { name, nanoseconds: best, checked: engine.checked }
}

async function main() {
  const measured = []
  for (const workload of JSON.parse(readFileSync(0, 'utf8'))) measured.push(await measure(workload))
  process.stdout.write(JSON.stringify(measured))
}

main()
