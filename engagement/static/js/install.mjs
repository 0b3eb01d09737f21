// Puts the worker in place, so that the diary opens where there is no signal.

/** Registers the worker; where the browser has none, or knows no workers made of modules, the diary works as pages do. */
export async function install({ container = globalThis.navigator?.serviceWorker, report = () => {} } = {}) {
  if (!container) return null
  try {
    return await container.register('/service-worker.js', { type: 'module', scope: '/', updateViaCache: 'none' })
  } catch (error) {
    report(error)
    return null
  }
}
