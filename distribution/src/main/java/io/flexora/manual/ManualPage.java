package io.flexora.manual;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.HeadingAnchorExtension;
import org.commonmark.node.Heading;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.AttributeProvider;
import org.commonmark.renderer.html.HtmlRenderer;
import org.commonmark.renderer.text.TextContentRenderer;

/**
 * A page of the manual.
 *
 * @param title its first heading
 * @param body the whole page as HTML
 * @param sections the text of each section, for the search; the first is that above all headings
 *     but the title
 */
record ManualPage(String title, String body, List<Section> sections) {

  private static final int DEEPEST = 3;

  private static final List<Extension> EXTENSIONS =
      List.of(TablesExtension.create(), HeadingAnchorExtension.create());

  private static final Pattern HEADING = Pattern.compile("<h[1-6] id=\"([^\"]*)\">");

  private static final Parser PARSER = Parser.builder().extensions(EXTENSIONS).build();

  private static final HtmlRenderer HTML =
      HtmlRenderer.builder()
          .extensions(EXTENSIONS)
          .attributeProviderFactory(context -> new Links())
          .build();

  private static final TextContentRenderer TEXT =
      TextContentRenderer.builder().extensions(EXTENSIONS).build();

  /**
   * A section.
   *
   * @param level of its heading, from 1
   * @param id the anchor of the heading
   * @param text without markup, in one line
   */
  record Section(int level, String id, String title, String text) {}

  /** Lets links lead from page to page as those of Markdown lead from file to file. */
  private static final class Links implements AttributeProvider {

    @Override
    public void setAttributes(Node node, String tag, Map<String, String> attributes) {
      if (node instanceof Link link && !link.getDestination().contains(":")) {
        attributes.put("href", link.getDestination().replaceFirst("\\.md(?=#|$)", ".html"));
      }
    }
  }

  /**
   * Reads a page.
   *
   * @param file its name, for messages
   * @throws IllegalArgumentException if it does not begin with a heading
   */
  static ManualPage of(String file, String markdown) {
    Node document = PARSER.parse(markdown);
    if (!(document.getFirstChild() instanceof Heading first) || first.getLevel() != 1) {
      throw new IllegalArgumentException(file + " does not begin with its title");
    }
    String html = HTML.render(document);
    List<String> ids = HEADING.matcher(html).results().map(found -> found.group(1)).toList();
    return new ManualPage(text(first), html, sections(document, ids.iterator()));
  }

  private static List<Section> sections(Node document, Iterator<String> ids) {
    List<Section> sections = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    Heading heading = null;
    for (Node node = document.getFirstChild(); node != null; node = node.getNext()) {
      if (node instanceof Heading next) {
        if (heading != null) {
          sections.add(section(heading, ids.next(), text));
          text.setLength(0);
        }
        heading = next;
      } else {
        text.append(' ').append(text(node));
      }
    }
    sections.add(section(heading, ids.next(), text));
    return sections;
  }

  private static Section section(Heading heading, String id, StringBuilder text) {
    return new Section(heading.getLevel(), id, text(heading), text.toString().strip());
  }

  private static String text(Node node) {
    return TEXT.render(node).replaceAll("\\s+", " ").strip();
  }

  /** Links to its sections; empty where there is nothing to choose. */
  String contents() {
    List<Section> listed =
        sections.stream().filter(s -> s.level() > 1 && s.level() <= DEEPEST).toList();
    if (listed.size() < 2) {
      return "";
    }
    StringBuilder html = new StringBuilder("<h2>On this page</h2><ul>\n");
    for (Section section : listed) {
      html.append(
          "<li class=\"level%d\"><a href=\"#%s\">%s</a></li>\n"
              .formatted(section.level(), section.id(), Html.escaped(section.title())));
    }
    return html.append("</ul>\n").toString();
  }
}
