// Times iam-simulate: reads a list of {"name", "expect", "simulation"}, answers with a list of {"name", "nanoseconds"}, the
// best round of each. The package is not part of this project; `cargo xtask bench` names its folder as the argument.
'use strict'

const { readFileSync } = require('node:fs')

const folder = process.argv[2]
const { runUnsafeSimulation } = require(require.resolve('@cloud-copilot/iam-simulate', { paths: [folder] }))
const words = { Allowed: 'allowed', ExplicitlyDenied: 'explicitDeny', ImplicitlyDenied: 'implicitDeny' }

const ROUNDS = 40
const ROUND_NANOSECONDS = 50e6

/** How long `count` runs take, in nanoseconds. */
function time(run, count) {
  const start = process.hrtime.bigint()
  for (let done = 0; done < count; done += 1) run()
  return Number(process.hrtime.bigint() - start)
}

function measure({ name, expect, simulation }) {
  const run = () => runUnsafeSimulation(simulation, {})
  const decision = words[run()]
  if (decision !== expect) throw new Error(`${name}: iam-simulate says ${decision}, not ${expect}`)
  // The first second lets node compile what runs often.
  let count = 1
  for (let warm = 0; warm < 1e9; ) {
    const taken = time(run, count)
    warm += taken
    if (taken < ROUND_NANOSECONDS) count *= 2
  }
  let best = Infinity
  for (let round = 0; round < ROUNDS; round += 1) best = Math.min(best, time(run, count) / count)
  return { name, nanoseconds: best }
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(measure)))
