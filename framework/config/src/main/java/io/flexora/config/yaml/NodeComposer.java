package io.flexora.config.yaml;

import io.flexora.config.yaml.ConfigNode.Entry;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigNode.Scalar;
import io.flexora.config.yaml.ConfigNode.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;

/** Composes the nodes of one document from its events and refuses what could grow or call. */
final class NodeComposer {

  /** A node that an alias may repeat, with the number of values in it. */
  private record Anchored(ConfigNode node, int values) {}

  private final Iterator<Event> events;
  private final Location source;
  private final Map<String, Anchored> anchors = new HashMap<>();
  private final Set<String> open = new HashSet<>();
  private int values;

  NodeComposer(Iterable<Event> events, Location source) {
    this.events = events.iterator();
    this.source = source;
  }

  /** Composes the only document; nothing for an empty text. */
  ConfigNode document() {
    events.next();
    if (events.next().is(Event.ID.StreamEnd)) {
      return Scalar.ofNothing(source.at(1, 1));
    }
    ConfigNode root = node(events.next(), 0);
    events.next();
    Event end = events.next();
    if (!end.is(Event.ID.StreamEnd)) {
      throw refused(end, "a second document starts here; a configuration is one document");
    }
    return root;
  }

  private ConfigNode node(Event event, int depth) {
    if (event instanceof AliasEvent alias) {
      return repeated(alias);
    }
    NodeEvent start = (NodeEvent) event;
    if (depth > YamlParser.DEPTH) {
      throw refused(event, "this is nested deeper than " + YamlParser.DEPTH + " levels");
    }
    refuseTag(start);
    int before = values;
    count(1, event);
    String anchor = start.getAnchor();
    if (anchor == null) {
      return content(event, depth);
    }
    open.add(anchor);
    ConfigNode node = content(event, depth);
    open.remove(anchor);
    anchors.put(anchor, new Anchored(node, values - before));
    return node;
  }

  private ConfigNode content(Event event, int depth) {
    if (event instanceof ScalarEvent scalar) {
      boolean plain = scalar.getScalarStyle() == ScalarStyle.PLAIN;
      return new Scalar(location(event), scalar.getValue(), plain);
    }
    return event instanceof SequenceStartEvent ? sequence(event, depth) : mapping(event, depth);
  }

  private Sequence sequence(Event start, int depth) {
    List<ConfigNode> elements = new ArrayList<>();
    for (Event e = events.next(); !e.is(Event.ID.SequenceEnd); e = events.next()) {
      elements.add(node(e, depth + 1));
    }
    return new Sequence(location(start), elements);
  }

  private Mapping mapping(Event start, int depth) {
    List<Entry> entries = new ArrayList<>();
    for (Event e = events.next(); !e.is(Event.ID.MappingEnd); e = events.next()) {
      String key = key(e, depth);
      entries.add(new Entry(key, location(e), node(events.next(), depth + 1)));
    }
    return new Mapping(location(start), entries);
  }

  private String key(Event event, int depth) {
    if (!(node(event, depth + 1) instanceof Scalar key)) {
      String hint = event instanceof MappingStartEvent ? "; put text with braces in quotes" : "";
      throw refused(event, "a key has to be a word, not a list or a mapping" + hint);
    }
    if (key.plain() && key.text().equals("<<")) {
      throw refused(event, "merge keys '<<' are not accepted; write the options out");
    }
    return key.text();
  }

  private ConfigNode repeated(AliasEvent alias) {
    String name = alias.getAnchor();
    if (open.contains(name)) {
      throw refused(alias, "the alias '*" + Quote.shortened(name) + "' repeats itself without end");
    }
    Anchored anchored = anchors.get(name);
    if (anchored == null) {
      throw refused(alias, "the alias '*" + Quote.shortened(name) + "' has no anchor before it");
    }
    count(anchored.values(), alias);
    return anchored.node();
  }

  private void count(int more, Event event) {
    values += more;
    if (values > YamlParser.VALUES) {
      throw refused(
          event,
          "with its aliases written out, the file has more than " + YamlParser.VALUES + " values");
    }
  }

  private void refuseTag(NodeEvent event) {
    String tag =
        event instanceof ScalarEvent scalar
            ? scalar.getTag()
            : event instanceof SequenceStartEvent sequence
                ? sequence.getTag()
                : ((MappingStartEvent) event).getTag();
    if (tag != null) {
      String written = tag.replace("tag:yaml.org,2002:", "!!");
      throw refused(
          event, "the tag " + Quote.quoted(written) + " is not accepted; write the value alone");
    }
  }

  private ConfigurationException refused(Event event, String message) {
    return new ConfigurationException(location(event), message);
  }

  private Location location(Event event) {
    Mark mark = event.getStartMark();
    return source.at(mark.getLine() + 1, mark.getColumn() + 1);
  }
}
