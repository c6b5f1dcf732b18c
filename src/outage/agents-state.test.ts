import { expect, test } from 'vitest'
import { agentsAre, agentsAreLeft } from './agents-state.ts'

function csv(...servers: readonly (readonly [proxy: string, status: string, check: string])[]): string {
  return [
    '# pxname,svname,status,check_status,',
    'agents-pass,BACKEND,DOWN,,',
    'webservers,web1,no check,,',
    ...servers.map(([proxy, status, check]) => `${proxy},agent,${status},${check},`),
  ].join('\n')
}

test.for([
  // Up before anybody looked.
  ['UP', 'INI', 'none'],
  ['UP 1/2', 'L4CON', 'none'],
  ['UP', 'L7OK', 'up'],
  ['DOWN', 'L4CON', 'down'],
  ['DOWN 1/2', 'L7OK', 'none'],
] as const)('%s, last check %s: %s', ([status, check, state]) => {
  const text = csv(['agents-pass', status, check])
  expect([agentsAre('up', text), agentsAre('down', text)]).toEqual([state === 'up', state === 'down'])
})

test('all agents have to agree, and there has to be one', () => {
  const text = csv(['agents-pass', 'UP', 'L7OK'], ['agents-deny-on-error', 'DOWN', 'L4CON'])
  expect([agentsAre('up', text), agentsAre('down', text)]).toEqual([false, false])
  expect(agentsAre('up', csv())).toBe(false)
})

test.for([
  [[0, 0], true],
  [[0, 3], false],
  [[], false],
] as const)('open sessions of the agents %j: left %s', ([open, isLeft]) => {
  const lines = open.map((count, index) => `agents-${index},BACKEND,${count},`)
  const text = ['# pxname,svname,scur,', 'webservers,BACKEND,5,', 'agents-0,agent,7,', ...lines].join('\n')
  expect(agentsAreLeft(text)).toBe(isLeft)
})
