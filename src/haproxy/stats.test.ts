import { expect, test } from 'vitest'
import { parseInfo, parseStat } from './stats.ts'

test('show info', () => {
  const info = parseInfo('Name: HAProxy\nPid: 123\nUptime: 0d 0h00m01s\nnode: a: b\n\n')
  expect([...info]).toEqual([
    ['Name', 'HAProxy'],
    ['Pid', '123'],
    ['Uptime', '0d 0h00m01s'],
    ['node', 'a: b'],
  ])
})

test('show stat: columns by name, empty ones are null', () => {
  const csv = `# pxname,svname,stot,status,check_status,req_tot,connect,reuse,ttime,
bypass,FRONTEND,3,OPEN,,2,,,,
agents,agent,4,UP 1/3,INI,,1,3,11,

`
  expect(parseStat(csv)).toEqual([
    {
      proxy: 'bypass',
      service: 'FRONTEND',
      status: 'OPEN',
      checkStatus: '',
      sessions: 3,
      requests: 2,
      connects: null,
      reuses: null,
      totalTimeMs: null,
    },
    {
      proxy: 'agents',
      service: 'agent',
      status: 'UP 1/3',
      checkStatus: 'INI',
      sessions: 4,
      requests: null,
      connects: 1,
      reuses: 3,
      totalTimeMs: 11,
    },
  ])
})

test('an answer that is not the CSV is refused', () => {
  expect(() => parseStat('Unknown command.\n')).toThrow('got "Unknown command."')
})
