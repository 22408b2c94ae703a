/// Elements with equal keys together, in the order in which the keys first occur.
struct Grouping<Element> {
    private(set) var groups: [[Element]] = []

    init<Elements: Sequence>(_ elements: Elements, by key: (Element) -> String) where Elements.Element == Element {
        var places: [String: Int] = [:]
        for element in elements {
            let key = key(element)
            if let place = places[key] {
                groups[place].append(element)
            } else {
                places[key] = groups.count
                groups.append([element])
            }
        }
    }
}
