import type { Action } from '../spop/action.ts'
import type { FrameId, FrameView } from '../spop/frame-parser.ts'
import type { Disconnect } from '../spop/disconnect.ts'
import type { Hello } from '../spop/hello.ts'
import type { Message } from '../spop/message.ts'
import type { AgentLimits } from './limits.ts'

/**
 * One NOTIFY (SPOE.txt, section 3.2.6), as a handler sees it. Its bytes stay valid for as long as it is
 * referenced; it is itself what `NotifyReader.reset` takes, for handlers that want no objects.
 */
export interface Notify extends Pick<FrameView, 'bytes' | 'payloadOffset' | 'end'> {
  /** Messages in the order of the frame; may be none. */
  readonly messages: readonly Message[]
  /** STREAM-ID: opaque, unique only with `frameId` and on one connection. */
  readonly streamId: FrameId
  /** FRAME-ID inside the stream. */
  readonly frameId: FrameId
  /** The SPOE engine that asks, as its HELLO named it. */
  readonly engineId: string | undefined
  /** Aborts when the answer is of no use any more: connection lost or closed, ABORT, handler timeout. */
  readonly signal: AbortSignal
}

/**
 * Answers a NOTIFY with the actions for its ACK, at once or later. A handler that throws or rejects gets an
 * empty ACK sent for it, and its error goes to `onError`.
 */
export type NotifyHandler = (notify: Notify) => readonly Action[] | Promise<readonly Action[]>

/** Where an error happened. */
export interface ErrorContext {
  /**
   * handler: it threw, rejected, timed out or answered nonsense; protocol: the peer broke the specification;
   * timeout: HELLO or traffic stayed away; limit: one connection too many; socket: the network.
   */
  readonly kind: 'handler' | 'protocol' | 'timeout' | 'limit' | 'socket'
  readonly engineId?: string | undefined
  readonly streamId?: FrameId
  readonly frameId?: FrameId
}

/** Told of an error and where it happened. What a listener throws itself surfaces as an uncaught exception. */
export type ErrorListener = (error: Error, context: ErrorContext) => void

/** What an agent needs: a handler; the rest has defaults. */
export interface AgentOptions {
  readonly handler: NotifyHandler
  /** Address to listen on. @default '127.0.0.1' */
  readonly host?: string
  /** TCP port; 0 lets the system choose. @default 0 */
  readonly port?: number
  /** Accept HAProxy's offer of pipelining: 20 frames in flight on a connection from 3.1 on, else 1. @default true */
  readonly pipelining?: boolean
  readonly limits?: Partial<AgentLimits>
  /** Told of every error; without it, errors of the handler become process warnings and others pass in silence. */
  readonly onError?: ErrorListener
  /** Told of every accepted HELLO, health checks included. */
  readonly onHello?: (hello: Hello) => void
  /** Told of every HAPROXY-DISCONNECT, status code 0 included. */
  readonly onDisconnect?: (disconnect: Disconnect, engineId: string | undefined) => void
}
