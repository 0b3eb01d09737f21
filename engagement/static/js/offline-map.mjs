// The script of the map where there is no signal: the same map, drawn from the patch pack.
import { begin } from './begin.mjs'
import { ORDER, NearOnMap, PatchMap } from './map.mjs'
import { OfflinePage } from './offline-page.mjs'
import { cardOf, worstFirst } from './patch-views.mjs'
import { Rang } from './rang.mjs'

/** What the map shows of a pack: its groups but those kept narrow, its outlines, and those of the `marks` ({look: [letter, words]}) that are there. */
export function mapView(pack, kinds, marks) {
  const groups = worstFirst(pack.groups.filter((group) => !group.sensitive && group.standing !== 'dormant')).map((group) => cardOf(group, pack, kinds))
  const there = new Set(groups.map((group) => group.look))
  return {
    groups: groups.map((group) => ({ ...group, letter: marks[group.look]?.[0] ?? '' })),
    marks: ORDER.filter((look) => there.has(look)).map((look) => ({ look, letter: marks[look][0], words: marks[look][1] })),
    outlines: JSON.stringify(pack.neighbourhoods.filter((place) => place.boundary.length).map((place) => [place.name, place.boundary])),
  }
}

export class OfflineMap extends OfflinePage {
  static moduleName = 'diary-offline-map'

  draw() {
    this.put(mapView(this.pack, this.kinds, JSON.parse(this.$root.dataset.marks)))
    new PatchMap(this.$page.querySelector('[data-map]'), { list: this.$page.querySelector('[data-cards]') })
    new NearOnMap(this.$page.querySelector('[data-near-root]'))
  }
}

if (typeof document !== 'undefined') begin(document, [Rang, OfflineMap])
