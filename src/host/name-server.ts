import { createSocket } from 'node:dgram'
import { parseArgs } from 'node:util'
import { fileURLToPath } from 'node:url'

/** What every name is answered with: an address for documentation (RFC 5737). */
export const answeredAddress = '192.0.2.1'

const headerBytes = 12
/** QR, RD and RA: an answer, and no error (RFC 1035, section 4.1.1). */
const answerFlags = 0x81_80
const maximumNameBytes = 255

/**
 * The answer to a question for the address of a name: one datagram for one datagram, and nothing looked up.
 *
 * @returns null for what is no question
 */
export function answerQuery(query: Buffer): Buffer | null {
  let end = headerBytes
  // The labels of the name, each after its length; the root ends them.
  while (query[end] !== 0) {
    end += (query[end] ?? maximumNameBytes) + 1
    if (end > headerBytes + maximumNameBytes || end >= query.length) return null
  }
  // Its type and class. What stands behind the question (EDNS) is not answered to.
  end += 5
  if (end > query.length) return null
  const question = query.subarray(headerBytes, end)
  const header = Buffer.alloc(headerBytes)
  query.copy(header, 0, 0, 2)
  header.writeUInt16BE(answerFlags, 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(1, 6)
  // The name of the question by a pointer to it; type A, class IN, to be kept for no time, four bytes.
  const answer = [0xc0, headerBytes, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...answeredAddress.split('.').map(Number)]
  return Buffer.concat([header, question, Buffer.from(answer)])
}

function serve(listen: string): void {
  const [host = '', port = ''] = listen.split(':')
  const socket = createSocket('udp4')
  socket.on('message', (query, from) => {
    const answer = answerQuery(query)
    if (answer !== null) socket.send(answer, from.port, from.address)
  })
  socket.bind(Number(port), host, () => console.log(`name server on ${host}:${socket.address().port}`))
}

// import.meta.main would say it, from Node 24.2 on.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  serve(parseArgs({ options: { listen: { type: 'string', default: '127.0.0.1:0' } } }).values.listen)
}
