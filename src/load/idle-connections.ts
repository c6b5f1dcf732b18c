import type { Socket } from 'node:net'

/** Connections without a request under way, by the port that they lead to. */
export interface IdleConnections {
  /** The one that was used last; undefined: there is none. */
  take(port: number): Socket | undefined
  /** From whoever took or opened it and has left no listener on it. */
  give(port: number, socket: Socket): void
  close(): void
}

export function createIdleConnections(): IdleConnections {
  const byPort = new Map<number, Map<Socket, () => void>>()
  /** Nothing is asked on an idle connection, so whatever comes ends its use. */
  const ends = ['data', 'end', 'close', 'error']

  return {
    take(port) {
      const [socket, leave] = [...(byPort.get(port) ?? [])].at(-1) ?? []
      if (socket === undefined || leave === undefined) return undefined
      byPort.get(port)?.delete(socket)
      for (const event of ends) socket.off(event, leave)
      return socket
    },
    give(port, socket) {
      const own = byPort.get(port) ?? new Map<Socket, () => void>()
      byPort.set(port, own)
      const leave = (): void => {
        own.delete(socket)
        socket.destroy()
      }
      for (const event of ends) socket.on(event, leave)
      own.set(socket, leave)
    },
    close() {
      for (const own of byPort.values()) for (const leave of own.values()) leave()
    },
  }
}
