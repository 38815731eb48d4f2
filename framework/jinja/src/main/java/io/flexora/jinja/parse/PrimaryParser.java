package io.flexora.jinja.parse;

import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.tree.Calls;
import io.flexora.jinja.tree.Expression;
import io.flexora.jinja.tree.Literals;
import io.flexora.jinja.tree.Lookups;
import java.util.ArrayList;
import java.util.List;

/** Reads literals and names, and what follows them: attributes, indices and calls. */
final class PrimaryParser {
  private final TokenCursor cursor;
  private final ExpressionParser expressions;

  PrimaryParser(TokenCursor cursor, ExpressionParser expressions) {
    this.cursor = cursor;
    this.expressions = expressions;
  }

  Expression primary() {
    Token token = cursor.take();
    return switch (token.kind()) {
      case NAME -> named(token.text());
      case LITERAL -> literal(token);
      case OPERATOR -> bracketed(token);
      default -> throw unexpected(token);
    };
  }

  private static JinjaException unexpected(Token token) {
    return new JinjaException("unexpected " + token.shown());
  }

  private Expression named(String name) {
    return switch (name) {
      case "true", "True" -> new Literals.Constant(true);
      case "false", "False" -> new Literals.Constant(false);
      case "none", "None" -> new Literals.Constant(null);
      default -> {
        expressions.note(name);
        yield new Lookups.Name(name);
      }
    };
  }

  private Expression literal(Token token) {
    if (!(token.value() instanceof String first)) {
      return new Literals.Constant(token.value());
    }
    StringBuilder text = new StringBuilder(first);
    while (cursor.at(Token.Kind.LITERAL) && cursor.peek().value() instanceof String next) {
      text.append(next);
      cursor.take();
    }
    return new Literals.Constant(text.toString());
  }

  private Expression bracketed(Token token) {
    return switch (token.text()) {
      case "(" -> parenthesised();
      case "[" -> list();
      case "{" -> dictionary();
      default -> throw unexpected(token);
    };
  }

  private Expression parenthesised() {
    Expression inner = expressions.tuple(true, true);
    cursor.expectOperator(")");
    return inner;
  }

  private Expression list() {
    List<Expression> items = new ArrayList<>();
    while (!cursor.skipOperator("]")) {
      items.add(expressions.expression());
      if (!cursor.atOperator("]")) {
        cursor.expectOperator(",");
      }
    }
    return new Literals.Sequence(items, false);
  }

  private Expression dictionary() {
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!cursor.skipOperator("}")) {
      keys.add(expressions.expression());
      cursor.expectOperator(":");
      values.add(expressions.expression());
      if (!cursor.atOperator("}")) {
        cursor.expectOperator(",");
      }
    }
    return new Literals.Dictionary(keys, values);
  }

  Expression postfix(Expression start) {
    Expression value = start;
    while (true) {
      if (cursor.skipOperator(".")) {
        value = attribute(value);
      } else if (cursor.skipOperator("[")) {
        value = subscript(value);
      } else if (cursor.atOperator("(")) {
        value = new Calls.Call(value, expressions.passed());
      } else {
        return value;
      }
    }
  }

  private Expression attribute(Expression object) {
    Token token = cursor.take();
    if (token.kind() == Token.Kind.NAME) {
      return new Lookups.Attribute(object, token.text());
    }
    if (token.value() instanceof Long) {
      return new Lookups.Item(object, new Literals.Constant(token.value()));
    }
    throw new JinjaException("expected a name after '.', found " + token.shown());
  }

  private Expression subscript(Expression object) {
    Expression first = cursor.atOperator(":") ? null : expressions.expression();
    if (!cursor.skipOperator(":")) {
      cursor.expectOperator("]");
      return new Lookups.Item(object, first);
    }
    Expression to = bound();
    Expression step = cursor.skipOperator(":") ? bound() : null;
    cursor.expectOperator("]");
    return new Lookups.Slice(object, first, to, step);
  }

  private Expression bound() {
    return cursor.atOperator(":") || cursor.atOperator("]") ? null : expressions.expression();
  }
}
