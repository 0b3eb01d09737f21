// Where this device is: asked for when the officer wants it, and kept nowhere. That they want it is remembered on the device.

const KEPT_AS = 'diary-near'
const HOW = { enableHighAccuracy: false, timeout: 10_000, maximumAge: 60_000 }

/** Whether the officer wanted the nearest first when they last chose. */
export function wanted(store = localStorage) {
  return store.getItem(KEPT_AS) === 'on'
}

/** Remembers the choice, and nothing of the place. */
export function want(on, store = localStorage) {
  if (on) store.setItem(KEPT_AS, 'on')
  else store.removeItem(KEPT_AS)
}

/** Whether the device would answer without a question to the officer. */
export async function unasked(permissions = navigator.permissions) {
  try {
    return (await permissions.query({ name: 'geolocation' })).state === 'granted'
  } catch {
    return false // a browser that cannot say is asked by a tap only
  }
}

/**
 * The device's place, in degrees. Rejects where it is denied or not found in time.
 *
 * @returns {Promise<{latitude: number, longitude: number}>}
 */
export function locate(geolocation = navigator.geolocation) {
  return new Promise((found, failed) => {
    if (!geolocation) return failed(new Error('no location'))
    geolocation.getCurrentPosition(({ coords }) => found({ latitude: coords.latitude, longitude: coords.longitude }), failed, HOW)
  })
}
