/** The call's time is nearly over. */
export class OutOfTimeError extends Error {
  /** `then`: when it will be done. */
  constructor(then = 'the log file will be delivered again') {
    super(`not started, for the time of this call is nearly over; ${then}`);
    this.name = 'OutOfTimeError';
  }
}
