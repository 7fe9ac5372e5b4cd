import type { Dispatcher } from 'undici';

/** Set when the first byte of a request may have reached a socket. */
export interface Departure {
  left: boolean;
}

type Handler = Dispatcher.DispatchHandler;

/**
 * Passes everything on, and marks the departure when undici takes a request to its socket - before the first byte is written, so
 * "never left" is certain and "left" is the cautious reading.
 */
class MarkingHandler implements Handler {
  constructor(
    private readonly handler: Handler,
    private readonly departure: Departure,
  ) {}

  onRequestStart(...args: Parameters<NonNullable<Handler['onRequestStart']>>): void {
    this.departure.left = true;
    this.handler.onRequestStart?.(...args);
  }

  onRequestUpgrade(...args: Parameters<NonNullable<Handler['onRequestUpgrade']>>): void {
    this.handler.onRequestUpgrade?.(...args);
  }

  onResponseStart(...args: Parameters<NonNullable<Handler['onResponseStart']>>): void {
    this.handler.onResponseStart?.(...args);
  }

  onResponseData(...args: Parameters<NonNullable<Handler['onResponseData']>>): void {
    this.handler.onResponseData?.(...args);
  }

  onResponseEnd(...args: Parameters<NonNullable<Handler['onResponseEnd']>>): void {
    this.handler.onResponseEnd?.(...args);
  }

  onResponseError(...args: Parameters<NonNullable<Handler['onResponseError']>>): void {
    this.handler.onResponseError?.(...args);
  }
}

/** An interceptor: a request whose `opaque` is a departure gets it marked. */
export const markDeparture: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
  const departure = (options as { opaque?: Departure }).opaque;
  return dispatch(options, departure ? new MarkingHandler(handler, departure) : handler);
};
