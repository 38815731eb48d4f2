package io.flexora.jinja.parse;

import io.flexora.files.message.NearestName;
import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.dialect.JinjaOptions;
import io.flexora.jinja.tree.Expression;
import io.flexora.jinja.tree.Statement;
import io.flexora.jinja.tree.Statement.Flow;
import io.flexora.jinja.tree.Statements;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads the statements of a template. */
public final class StatementParser {
  private static final Set<String> OUTSIDE = Set.of("include", "import", "from", "extends");
  private static final List<String> KNOWN =
      List.of("if", "for", "set", "macro", "call", "filter", "with", "print", "raw");
  private static final List<String> KNOWN_IN_CHATS = List.of("generation", "break", "continue");

  private final TokenCursor cursor;
  private final JinjaOptions options;
  private final ExpressionParser expressions;
  private final BlockParser blocks;

  public StatementParser(TokenCursor cursor, JinjaOptions options) {
    this.cursor = cursor;
    this.options = options;
    this.expressions = new ExpressionParser(cursor, options);
    this.blocks = new BlockParser(cursor, expressions, this);
  }

  public Statement template() {
    Statement body = body(Set.of());
    if (!cursor.at(Token.Kind.END)) {
      throw new JinjaException("'" + cursor.peek().text() + "' ends nothing that is open here");
    }
    return body;
  }

  /** Reads up to a tag with one of the words, whose word comes next then. */
  Statement body(Set<String> ends) {
    List<Statement> statements = new ArrayList<>();
    while (true) {
      Token token = cursor.take();
      switch (token.kind()) {
        case DATA -> statements.add(new Statements.Text(token.text()));
        case PRINT_BEGIN -> statements.add(print(token.line()));
        case BLOCK_BEGIN -> {
          if (ends.contains(cursor.peek().text())) {
            return block(statements);
          }
          statements.add(statement());
        }
        default -> {
          if (!ends.isEmpty()) {
            String end = ends.stream().filter(e -> e.startsWith("end")).findFirst().orElseThrow();
            throw new JinjaException("the template ends before '" + end + "'");
          }
          return block(statements);
        }
      }
    }
  }

  private static Statement block(List<Statement> statements) {
    return statements.size() == 1 ? statements.get(0) : new Statements.Block(statements);
  }

  private Statement print(int line) {
    Statement print = new Statements.Print(expressions.tuple(true, false), line);
    cursor.expect(Token.Kind.PRINT_END, "'}}'");
    return print;
  }

  /** Ends the tag that is read. */
  void endTag() {
    cursor.expect(Token.Kind.BLOCK_END, "'%}'");
  }

  /** Reads the body of a tag up to the tag that ends it. */
  Statement bodyUntil(String end) {
    endTag();
    Statement body = body(Set.of(end));
    cursor.take();
    endTag();
    return body;
  }

  private Statement statement() {
    int line = cursor.line();
    String tag = cursor.name();
    return switch (tag) {
      case "if" -> conditional(line);
      case "for" -> blocks.loop(line);
      case "set" -> blocks.set(line);
      case "macro" -> blocks.macro();
      case "call" -> blocks.call(line);
      case "filter" -> blocks.filter(line);
      case "with" -> blocks.with(line);
      case "print" -> printTag(line);
      default -> other(tag, line);
    };
  }

  private Statement other(String tag, int line) {
    if (options.chat() && KNOWN_IN_CHATS.contains(tag)) {
      return switch (tag) {
        case "generation" -> new Statements.Generation(bodyUntil("endgeneration"), line);
        case "break" -> jump(Flow.BREAK, tag);
        default -> jump(Flow.CONTINUE, tag);
      };
    }
    if (OUTSIDE.contains(tag)) {
      throw new JinjaException("'" + tag + "' is refused: a template sees no other file");
    }
    if (tag.startsWith("end") || tag.equals("else") || tag.equals("elif")) {
      throw new JinjaException("'" + tag + "' ends nothing that is open here");
    }
    List<String> known = new ArrayList<>(KNOWN);
    known.addAll(options.chat() ? KNOWN_IN_CHATS : List.of());
    throw new JinjaException("unknown tag '" + tag + "'" + NearestName.hint(tag, known));
  }

  private Statement jump(Flow flow, String tag) {
    endTag();
    if (!blocks.isInLoop()) {
      throw new JinjaException("'" + tag + "' stands outside of a loop");
    }
    return new Statements.Jump(flow);
  }

  private Statement printTag(int line) {
    List<Statement> prints = new ArrayList<>();
    do {
      prints.add(new Statements.Print(expressions.expression(), line));
    } while (cursor.skipOperator(","));
    endTag();
    return block(prints);
  }

  private Statement conditional(int line) {
    Expression condition = expressions.tuple(false, false);
    endTag();
    Statement then = body(Set.of("endif", "else", "elif"));
    int next = cursor.line();
    Statement otherwise = otherwise(next);
    return new Statements.If(condition, then, otherwise, line);
  }

  private Statement otherwise(int line) {
    String tag = cursor.name();
    if (tag.equals("elif")) {
      return conditional(line);
    }
    if (tag.equals("else")) {
      return bodyUntil("endif");
    }
    endTag();
    return new Statements.Block(List.of());
  }
}
