// The last part of `npm pack`: beside the compiled files in dist/, which mirrors the repository, what they read.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')

for (const file of [
  'src/launcher.mjs',
  'src/help.mjs',
  'src/suites.mjs',
  'src/host/guard.sh',
  'src/host/tun-relay.py',
  'haproxy/releases.json',
  'fixtures/published.json',
]) {
  mkdirSync(dirname(join(dist, file)), { recursive: true })
  copyFileSync(join(root, file), join(dist, file))
}

// What a run says of the code that measured it: version, and the versions of what it depends on.
const { name, version, type, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
writeFileSync(
  join(dist, 'package.json'),
  `${JSON.stringify({ name, version, private: true, type, dependencies }, null, 2)}\n`,
)
