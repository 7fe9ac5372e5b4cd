// Scopes of requests and transactions are never entered while verifying.
export class AsyncLocalStorage {
  getStore() {
    return undefined;
  }
}
