package io.flexora.jinja;

import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.dialect.JinjaOptions;
import io.flexora.jinja.dialect.Rendered;
import io.flexora.jinja.parse.Lexer;
import io.flexora.jinja.parse.StatementParser;
import io.flexora.jinja.parse.TokenCursor;
import io.flexora.jinja.tree.Scope;
import io.flexora.jinja.tree.Statement;
import io.flexora.jinja.value.Output;
import io.flexora.jinja.value.Run;
import java.util.Map;

/**
 * A Jinja template, which renders as Python's jinja2 3.1 does.
 *
 * <p>A template sees the variables it is given and nothing else: no Java object, no file, no other
 * template. What it may do is bounded: {@value Run#STEPS} steps, {@value Run#CHARACTERS} characters
 * made and {@value Run#LOOKS} read, and {@value Run#SECONDS} seconds of processor time. Templates
 * can be shared between threads.
 *
 * @see <a href="https://jinja.palletsprojects.com/en/stable/templates/">Template Designer
 *     Documentation</a>
 * @since 0.1
 */
public final class JinjaTemplate {
  /** The longest template that is read, in characters. */
  public static final int LONGEST = 1_000_000;

  private static final String DEEP = "is nested too deeply";

  private final JinjaOptions options;
  private final Statement body;

  private JinjaTemplate(JinjaOptions options, Statement body) {
    this.options = options;
    this.body = body;
  }

  /**
   * Reads a template.
   *
   * @throws JinjaException if it is malformed, or uses a tag, filter, test or method that does not
   *     exist; the message has the line and the name
   */
  public static JinjaTemplate parse(String text, JinjaOptions options) {
    if (text.length() > LONGEST) {
      throw new JinjaException("it has more than " + LONGEST + " characters").at(options.name(), 1);
    }
    Lexer lexer = new Lexer(text, options);
    TokenCursor cursor = null;
    try {
      cursor = new TokenCursor(lexer.tokens());
      return new JinjaTemplate(options, new StatementParser(cursor, options).template());
    } catch (JinjaException e) {
      throw e.at(options.name(), cursor == null ? lexer.line() : cursor.line());
    } catch (StackOverflowError e) {
      throw new JinjaException(DEEP).at(options.name(), cursor == null ? 1 : cursor.line());
    }
  }

  /**
   * Renders the template.
   *
   * @param variables texts, numbers, booleans, nulls, and lists and maps of them, by name
   * @throws JinjaException if it fails, as an operation on values that do not fit or a use of an
   *     undefined variable does; the message has the line
   */
  public String render(Map<String, ?> variables) {
    return rendered(variables).text();
  }

  /**
   * Renders the template, and tells what the assistant says in it.
   *
   * @param variables as {@link #render}
   * @throws JinjaException as {@link #render}
   */
  public Rendered rendered(Map<String, ?> variables) {
    Run run = new Run(options);
    try {
      Scope top = Scope.top(run, variables);
      Output output = new Output(run);
      body.execute(top.inner(), output);
      return new Rendered(output.text(), output.generated());
    } catch (JinjaException e) {
      throw e.at(options.name(), run.line());
    } catch (StackOverflowError e) {
      throw new JinjaException("a value or a call " + DEEP).at(options.name(), run.line());
    }
  }
}
