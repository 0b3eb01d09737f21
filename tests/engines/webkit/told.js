// What a page tells from its first moment: that it can be used, that it is whole, and what went wrong on it.
{
  const tell = (what, text = '') => webkit.messageHandlers.told.postMessage(JSON.stringify([what, String(text)]))
  addEventListener('DOMContentLoaded', () => tell('domContentLoaded'), { once: true })
  addEventListener('load', () => tell('load'), { once: true })
  addEventListener('error', (event) => event.message && tell('error', event.error ?? event.message))
  addEventListener('unhandledrejection', (event) => tell('error', event.reason))
  addEventListener('securitypolicyviolation', (event) => tell('console', `refused by the page's policy: ${event.blockedURI || event.violatedDirective}`))
  const { error } = console
  console.error = (...words) => {
    tell('console', words.join(' '))
    error.apply(console, words)
  }
}
