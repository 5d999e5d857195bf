/** The call's time is nearly over. */
export class OutOfTimeError extends Error {
  constructor() {
    super('not started, for the time of this call is nearly over; the log file will be delivered again');
    this.name = 'OutOfTimeError';
  }
}
