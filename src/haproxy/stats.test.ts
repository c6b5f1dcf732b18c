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
  const csv = `# pxname,svname,scur,stot,status,check_status,req_tot,connect,reuse,qtime,ctime,rtime,ttime,qtime_max,ctime_max,rtime_max,ttime_max,
bypass,FRONTEND,1,3,OPEN,,2,,,,,,,,,,,
agents,agent,2,4,UP 1/3,INI,,1,3,1,2,3,11,4,5,6,22,

`
  expect(parseStat(csv)).toEqual([
    {
      proxy: 'bypass',
      service: 'FRONTEND',
      status: 'OPEN',
      checkStatus: '',
      sessions: 3,
      openSessions: 1,
      requests: 2,
      connects: null,
      reuses: null,
      averages: null,
      maxima: null,
    },
    {
      proxy: 'agents',
      service: 'agent',
      status: 'UP 1/3',
      checkStatus: 'INI',
      sessions: 4,
      openSessions: 2,
      requests: null,
      connects: 1,
      reuses: 3,
      averages: { queueMs: 1, connectMs: 2, responseMs: 3, totalMs: 11 },
      maxima: { queueMs: 4, connectMs: 5, responseMs: 6, totalMs: 22 },
    },
  ])
})

test('an answer that is not the CSV is refused', () => {
  expect(() => parseStat('Unknown command.\n')).toThrow('got "Unknown command."')
})
