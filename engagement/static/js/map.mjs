// Draws the map of the patch from the list that stands below it: both say the same. The map never goes to where the officer is.
import { begin } from './begin.mjs'
import { locate } from './here.mjs'
import { Near } from './near.mjs'

export const ORDER = ['long-overdue', 'overdue', 'never', 'due-soon', 'not-due', 'paused', 'on-request'] // the worst first
const MOST_PICKED = 5
const CLOSE = 16 // a few streets
const REACH = 34 // pixels: marks nearer than this would lie on each other
const BESIDE_ZOOM = [80, 24] // pixels: no mark begins under the buttons in the corner

/** What the rows of the list say of each group that has a place. */
export function spotsOf(rows) {
  return rows
    .filter((row) => row.dataset.latitude !== undefined)
    .map((row) => ({ row, name: row.dataset.name, look: row.dataset.look, letter: row.dataset.letter, at: [Number(row.dataset.latitude), Number(row.dataset.longitude)] }))
}

/**
 * Groups whose marks would lie on each other, together, each mark that of the one that stands worst.
 *
 * @param {Array<{look: string, at: [number, number]}>} spots
 * @param {(at: [number, number]) => {x: number, y: number}} project to pixels
 * @returns {Array<Array<object>>} every spot once; in each the worst first
 */
export function clusters(spots, project, reach = REACH) {
  const worst = [...spots].sort((a, b) => ORDER.indexOf(a.look) - ORDER.indexOf(b.look))
  const found = []
  for (const spot of worst) {
    const { x, y } = project(spot.at)
    const near = found.find((one) => Math.abs(one.x - x) < reach && Math.abs(one.y - y) < reach)
    if (near) near.spots.push(spot)
    else found.push({ x, y, spots: [spot] })
  }
  return found.map((one) => one.spots)
}

/** What a mark is called: the group's name, or how many are there and which. */
export function called(spots, many) {
  return spots.length === 1 ? spots[0].name : `${many.replace('{n}', spots.length)}: ${spots.map((spot) => spot.name).join(', ')}`
}

export class PatchMap {
  static moduleName = 'diary-map'

  constructor($root, { load = () => import('../leaflet/leaflet.mjs'), list = document.querySelector('[data-cards]') } = {}) {
    this.$root = $root
    this.$picked = $root.querySelector('[data-picked]')
    this.spots = spotsOf([...list.children])
    this.outlines = JSON.parse($root.dataset.outlines)
    if (!this.spots.length && !this.outlines.length) return
    document.addEventListener('diary-here', ({ detail }) => this.dot(detail))
    load().then((leaflet) => this.draw(leaflet))
  }

  draw(leaflet) {
    this.leaflet = leaflet
    this.$root.hidden = false
    const { tiles, credit, label } = this.$root.dataset
    const $sheet = this.$root.querySelector('[data-sheet]')
    this.map = new leaflet.Map($sheet, { attributionControl: Boolean(tiles), zoomControl: true, minZoom: 8, maxZoom: 18, zoomSnap: 0.5, scrollWheelZoom: false, fadeAnimation: false })
    $sheet.setAttribute('role', 'group')
    $sheet.setAttribute('aria-label', label)
    this.name($sheet)
    if (tiles) {
      this.map.attributionControl.setPrefix(false)
      new leaflet.TileLayer(tiles, { attribution: credit.replace(/[<>&]/g, ''), maxZoom: 18 }).addTo(this.map)
    }
    const points = this.spots.map((spot) => spot.at)
    for (const [, rings] of this.outlines) {
      for (const ring of rings) {
        new leaflet.Polygon(ring, { className: 'diary-map__outline', interactive: false, fill: true }).addTo(this.map)
        points.push(...ring)
      }
    }
    const bounds = new leaflet.LatLngBounds(points)
    this.map.fitBounds(bounds, { paddingTopLeft: BESIDE_ZOOM, paddingBottomRight: [24, 24], animate: false })
    this.map.setMaxBounds(bounds.pad(0.5))
    this.mark()
    this.map.on('zoomend', () => this.mark())
    if (this.place) this.dot(this.place)
  }

  name($sheet) {
    for (const [end, words] of [['in', this.$root.dataset.in], ['out', this.$root.dataset.out]]) {
      const $zoom = $sheet.querySelector(`.leaflet-control-zoom-${end}`)
      $zoom.title = words
      $zoom.setAttribute('aria-label', words)
    }
  }

  mark() {
    const { Marker, DivIcon } = this.leaflet
    for (const marker of this.markers ?? []) marker.remove()
    this.markers = clusters(this.spots, (at) => this.map.latLngToLayerPoint(at)).map((spots) => {
      const $mark = Object.assign(document.createElement('span'), { className: `diary-mark diary-mark--${spots[0].look}`, textContent: spots[0].letter })
      if (spots.length > 1) $mark.append(Object.assign(document.createElement('span'), { className: 'diary-mark__count', textContent: spots.length }))
      const marker = new Marker(spots[0].at, { icon: new DivIcon({ html: $mark, className: 'diary-map__spot', iconSize: [44, 44] }), riseOnHover: true, zIndexOffset: -100 * ORDER.indexOf(spots[0].look) }).addTo(this.map)
      marker.getElement().setAttribute('aria-label', called(spots, this.$root.dataset.many))
      marker.on('click keypress', (event) => {
        if (event.type === 'click' || event.originalEvent.key === 'Enter') this.pick(spots)
      })
      return marker
    })
  }

  pick(spots) {
    const $list = Object.assign(document.createElement('ul'), { className: 'diary-map-list diary-map-list--picked' })
    $list.append(...spots.slice(0, MOST_PICKED).map((spot) => spot.row.cloneNode(true)))
    const more = spots.length - MOST_PICKED
    if (more > 0) $list.append(Object.assign(document.createElement('li'), { className: 'diary-meta', textContent: this.$root.dataset.more.replace('{n}', more) }))
    this.$picked.replaceChildren($list)
    if (more > 0 && this.map.getZoom() < CLOSE) this.map.fitBounds(new this.leaflet.LatLngBounds(spots.map((spot) => spot.at)), { padding: [40, 40], maxZoom: CLOSE, animate: false })
  }

  dot(place) {
    this.place = place // it may be known before the map is there
    if (!this.map) return
    this.me?.remove()
    this.me = new this.leaflet.CircleMarker([place.latitude, place.longitude], { radius: 8, className: 'diary-map__here', interactive: false }).addTo(this.map)
  }
}

/** Near me, which on this page also puts a dot on the map. */
export class NearOnMap extends Near {
  constructor($root) {
    super($root, {
      ask: async () => {
        const here = await locate()
        document.dispatchEvent(new CustomEvent('diary-here', { detail: here }))
        return here
      },
    })
  }
}

if (typeof document !== 'undefined') begin(document, [PatchMap, NearOnMap]) // the map without a signal begins its own, when it is drawn
