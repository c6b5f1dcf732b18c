import { execa } from 'execa'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { renderHaproxyConfig, speaksSpop } from './config.ts'
import { haproxysAtHand } from './testing.ts'

const { binaries, label } = await haproxysAtHand()

describe(`on ${label}`, () => {
  describe.for(binaries)('$version', ({ path, release }) => {
    test.for([
      ['', 'haproxy.cfg'],
      ['outage/', 'haproxy.cfg'],
      ['outage/', 'checked.cfg'],
    ] as const)('accepts the golden file %s%s without a warning', async ([parent, file]) => {
      const folder = `../../haproxy/${parent}${speaksSpop(release) ? 'from-3.1' : 'up-to-3.0'}/`
      const cwd = fileURLToPath(new URL(folder, import.meta.url))
      const result = await execa(path, ['-c', '-dW', '-f', file], { cwd, reject: false })
      expect(result).toMatchObject({ exitCode: 0, stderr: '' })
    })

    test.for([
      { agentsCheck: false },
      { agentsCheck: true },
      { provenBy: 'score' },
      { logPort: 20_007, event: 'on-frontend-http-request' },
    ] as const)('accepts a bench case without a warning: %o', async (changes) => {
      const dir = await mkdtemp(join(tmpdir(), 'spoe-config-'))
      try {
        const spoeConf = join(dir, 'spoe.conf')
        const config = renderHaproxyConfig({
          release,
          arms: [
            { name: 'bypass', port: 20_001, offload: false },
            { name: 'offload', port: 20_002, offload: true },
            { name: 'placebo', port: 20_003, offload: true },
            ...(speaksSpop(release) ? [{ name: 'control', port: 20_008, offload: false, pauseMs: 10 }] : []),
          ],
          agentAddress: { host: '127.0.0.1', port: 20_004 },
          originAddress: { host: '127.0.0.1', port: 20_005 },
          exporterPort: 20_006,
          paths: { statsSocket: join(dir, 'stats.sock'), spoeConf },
          ...changes,
        })
        await writeFile(spoeConf, config.spoeConf)
        await writeFile(join(dir, 'haproxy.cfg'), config.haproxyCfg)
        const result = await execa(path, ['-c', '-dW', '-f', join(dir, 'haproxy.cfg')], { reject: false })
        expect(result).toMatchObject({ exitCode: 0, stderr: '' })
      } finally {
        await rm(dir, { recursive: true })
      }
    })
  })
})
