"""The month of `benches/src/simulation.rs` in SimPy: the same accounts, pipeline, ticks and checks, a process for each account
and one for the vendor. An event is a step of SimPy's environment, a check of the vendor counts its calls. Prints one line of JSON."""

import json
import random
import sys
import time

import simpy

ACCOUNTS, NEW, HORIZON, SETTLE, MEAN, DEVIATION, INTERVAL, EVERY = json.load(sys.stdin)


def month(seed):
    draw = random.Random(seed)
    env = simpy.Environment()
    steps = [0]
    active = {}  # account -> tick of its activation
    listed = [(number, True) for number in range(ACCOUNTS)]
    roles = set(range(ACCOUNTS))
    mails = {}
    done = {}

    def account(env, number):
        yield env.timeout(draw.random() * HORIZON)
        created = env.now
        listed.append((number, created))
        latency = -1.0
        while latency < 0:
            latency = draw.gauss(MEAN, DEVIATION)
        yield env.timeout(latency)
        roles.add(number)
        done[number] = created

    def probe(env):
        # One call: it is answered at once, which is an event as for anybody else.
        yield env.timeout(0)

    def check(env, number, tick):
        yield from probe(env)
        if number not in roles:
            mails[number] = mails.get(number, 0) + 1
            return
        # Who am I, no ID, three wrong ones.
        for _ in range(5):
            yield from probe(env)
        active.setdefault(number, tick)

    def vendor(env):
        yield env.timeout(draw.random() * INTERVAL)
        tick = 0
        while True:
            tick += 1
            page = 0
            while page < len(listed):  # pages of 20
                yield from probe(env)
                page += 20
            for number, _ in list(listed):
                since = active.get(number)
                if since is None or (tick - since) % EVERY == 0:
                    yield from check(env, number, tick)
            yield env.timeout(INTERVAL)

    for number in range(ACCOUNTS, ACCOUNTS + NEW):
        env.process(account(env, number))
    env.process(vendor(env))
    end = HORIZON + SETTLE
    while env.peek() < end:
        env.step()
        steps[0] += 1
    return steps[0], sum(mails.values())


best, events, mails = None, 0, 0
for _ in range(3):
    begin = time.process_time()
    events, mails = month(1)
    took = time.process_time() - begin
    best = took if best is None else min(best, took)
print(json.dumps({"version": simpy.__version__, "nanoseconds": best * 1e9, "events": events, "mails": mails}))
