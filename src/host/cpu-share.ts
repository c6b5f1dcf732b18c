import { execa } from 'execa'
import { HostError } from './host-error.ts'

/** Length of one measurement: long beside a scheduling tick (1 to 10 ms), short beside a person's patience. */
const windowMs = 50

/**
 * How much of a core a busy thread of normal priority gets, 0 to 1: processor time over wall time in a Node
 * process pinned there. The best of at most five windows, a quarter of a second apart: a spinner that does not
 * yield or a hidden quota spoils all of them, other work that passes or a stolen moment some.
 * @throws HostError PIN_FAILED
 */
export async function measureCpuShare(core: number, sufficientShare: number): Promise<number> {
  const source = `process.stdout.write(String((${measureBestWindow.toString()})(${windowMs}, ${sufficientShare})))`
  try {
    const { stdout } = await execa('taskset', ['-c', String(core), process.execPath, '-e', source], {
      stdin: 'ignore',
      // What the caller's Node is told (inspectors, loaders) would run in the measured process.
      env: { NODE_OPTIONS: '' },
      timeout: 5_000,
    })
    return Number(stdout)
  } catch (cause) {
    throw new HostError('PIN_FAILED', `Expected a busy process to run on core ${core}, but it failed.`, {
      cause,
    })
  }
}

/** Runs in the other process: may use nothing from outside itself. */
function measureBestWindow(lengthMs: number, sufficientShare: number): number {
  let best = 0
  for (let attempt = 1; attempt === 1 || (attempt <= 5 && best < sufficientShare); attempt++) {
    if (attempt > 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250)
    const cpuBefore = process.cpuUsage()
    const startNs = process.hrtime.bigint()
    const endNs = startNs + BigInt(lengthMs * 1e6)
    let nowNs = startNs
    while (nowNs < endNs) nowNs = process.hrtime.bigint()
    const cpu = process.cpuUsage(cpuBefore)
    const share = ((cpu.user + cpu.system) * 1e3) / Number(nowNs - startNs)
    best = Math.max(best, Math.min(1, share))
  }
  return best
}
