// Puts the nearest group first, on this phone alone: where the officer is never leaves it.

const MILE = 1609.344
const EARTH = 6371000

/** The distance in metres between two places, each {latitude, longitude} in degrees. */
export function distance(one, other) {
  const rad = (degrees) => (degrees * Math.PI) / 180
  const half = (a, b) => Math.sin(rad(b - a) / 2) ** 2
  const h = half(one.latitude, other.latitude) + Math.cos(rad(one.latitude)) * Math.cos(rad(other.latitude)) * half(one.longitude, other.longitude)
  return 2 * EARTH * Math.asin(Math.min(1, Math.sqrt(h)))
}

/** "0.4", "3", for a distance in metres: miles, with a tenth below ten. */
export function miles(metres) {
  const far = metres / MILE
  return far < 10 ? far.toFixed(1) : String(Math.round(far))
}

/** The cards, nearest first; those without a place keep their order at the end. */
export function nearest(cards, here) {
  const far = (card) => (card.dataset.latitude === undefined ? Infinity : distance(here, { latitude: Number(card.dataset.latitude), longitude: Number(card.dataset.longitude) }))
  return cards.map((card) => ({ card, far: far(card) })).sort((a, b) => (a.far === b.far ? 0 : a.far - b.far))
}

export class Near {
  static moduleName = 'diary-near'

  constructor($root) {
    const $cards = $root.querySelector('[data-cards]')
    if (!('geolocation' in navigator) || !$cards || $cards.querySelector('[data-latitude]') === null) return
    const $button = Object.assign(document.createElement('button'), { type: 'button', className: 'diary-counts__link', textContent: $root.dataset.near })
    const $item = document.createElement('li')
    $item.append($button)
    $root.querySelector('.diary-counts').prepend($item)
    $button.addEventListener('click', () => {
      navigator.geolocation.getCurrentPosition(({ coords }) => {
        for (const { card, far } of nearest([...$cards.children], coords)) {
          $cards.append(card)
          if (far === Infinity) continue
          const $far = card.querySelector('[data-far]') ?? Object.assign(document.createElement('span'), { className: 'diary-label' })
          $far.dataset.far = ''
          $far.textContent = $root.dataset.miles.replace('{miles}', miles(far))
          card.querySelector('.diary-card__title').append(' ', $far)
        }
        $button.setAttribute('aria-pressed', 'true')
      })
    })
  }
}
