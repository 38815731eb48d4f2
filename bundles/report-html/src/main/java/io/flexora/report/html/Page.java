package io.flexora.report.html;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.samskivert.mustache.DefaultCollector;
import com.samskivert.mustache.Mustache;
import io.flexora.files.durable.FileHash;
import io.flexora.report.html.comparison.Findings;
import io.flexora.report.html.comparison.figure.ComparisonView;
import io.flexora.report.html.evidence.Evidence;
import io.flexora.report.html.figure.Drawing;
import io.flexora.report.html.figure.RunPage;
import io.flexora.results.comparison.ComparisonRecord;
import io.flexora.results.run.RunRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts the figures of a run or a comparison into the page's template.
 *
 * <p>Every value of the record passes the template's HTML escaping or the JSON block's. The page's
 * content security policy admits exactly the two scripts written here, by their hashes, and no
 * request at all: what slips through an escape could neither run nor load anything.
 */
final class Page {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Mustache.Compiler mustache =
      Mustache.compiler()
          .escapeHTML(true)
          .emptyStringIsFalse(true)
          .withCollector(new OptionalAsSection())
          .withLoader(name -> new StringReader(resource(name + ".html")));

  /** The page of a run. */
  String render(RunRecord record) {
    RunPage view = RunPage.of(Evidence.read(record));
    return render("page.html", view, view.charts());
  }

  /** The page of a comparison. */
  String render(ComparisonRecord record) {
    ComparisonView view = ComparisonView.of(Findings.read(record));
    return render("comparison.html", view, view.charts());
  }

  private String render(String template, Object view, List<? extends Drawing> charts) {
    String library = resource("echarts.js");
    String script = resource("report.js");
    return mustache
        .compile(resource(template))
        .execute(
            Map.of(
                "view",
                view,
                "style",
                resource("report.css"),
                "library",
                library,
                "script",
                script,
                "hashes",
                hash(library) + " " + hash(script),
                "charts",
                json(charts)));
  }

  private static String json(List<? extends Drawing> charts) {
    try {
      return JSON.writeValueAsString(charts.stream().map(Drawing::data).toList())
          .replace("<", "\\u003c")
          .replace(">", "\\u003e")
          .replace("&", "\\u0026");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("charts hold numbers and texts only", e);
    }
  }

  private static String hash(String script) {
    byte[] digest = FileHash.newDigest().digest(script.getBytes(StandardCharsets.UTF_8));
    return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
  }

  private static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the bundle lacks " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets a section of a template show an optional value once or not at all. */
  private static final class OptionalAsSection extends DefaultCollector {

    @Override
    public Iterator<?> toIterator(Object value) {
      return value instanceof Optional<?> optional
          ? optional.stream().iterator()
          : super.toIterator(value);
    }
  }
}
