package io.flexora.jinja;

import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.dialect.JinjaOptions;
import io.flexora.jinja.parse.ExpressionParser;
import io.flexora.jinja.parse.Lexer;
import io.flexora.jinja.parse.Token;
import io.flexora.jinja.parse.TokenCursor;
import io.flexora.jinja.tree.Expression;
import io.flexora.jinja.tree.Literals;
import io.flexora.jinja.tree.Operators;
import io.flexora.jinja.tree.Scope;
import io.flexora.jinja.value.Run;
import io.flexora.jinja.value.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A value written as a Python literal, which lm-evaluation-harness reads with {@code
 * ast.literal_eval}.
 *
 * @since 0.1
 */
public final class PythonLiteral {
  private static final JinjaOptions OPTIONS = JinjaOptions.forPrompt("the literal");

  private PythonLiteral() {}

  /**
   * Reads texts, numbers, {@code True}, {@code False}, {@code None}, and lists, tuples (as lists)
   * and dictionaries of them.
   *
   * @throws JinjaException if the text is no such literal
   */
  public static Object parse(String text) {
    try {
      // With spaces: a sign beside a brace would be a marker of white space.
      TokenCursor cursor = new TokenCursor(new Lexer("{{ " + text + " }}", OPTIONS).tokens());
      cursor.take();
      Expression literal = new ExpressionParser(cursor, OPTIONS).tuple(true, false);
      cursor.expect(Token.Kind.PRINT_END, "the end of the literal");
      cursor.expect(Token.Kind.END, "the end of the literal");
      refuseOther(literal);
      return plain(literal.value(Scope.top(new Run(OPTIONS), Map.of()).inner()));
    } catch (JinjaException e) {
      throw new JinjaException("no Python literal: " + e.getMessage());
    } catch (StackOverflowError e) {
      throw new JinjaException("no Python literal: it is nested too deeply");
    }
  }

  private static void refuseOther(Expression expression) {
    if (expression instanceof Literals.Sequence sequence) {
      sequence.items().forEach(PythonLiteral::refuseOther);
    } else if (expression instanceof Literals.Dictionary dictionary) {
      dictionary.keys().forEach(PythonLiteral::refuseOther);
      dictionary.values().forEach(PythonLiteral::refuseOther);
    } else if (expression instanceof Operators.Negative negative) {
      refuseOther(negative.operand());
    } else if (expression instanceof Operators.Positive positive) {
      refuseOther(positive.operand());
    } else if (!(expression instanceof Literals.Constant)) {
      throw new JinjaException("it holds more than texts, numbers, lists and dictionaries");
    }
  }

  private static Object plain(Object value) {
    if (value instanceof Tuple tuple) {
      return plain(tuple.items());
    }
    if (value instanceof List<?> list) {
      List<Object> copy = new ArrayList<>();
      list.forEach(i -> copy.add(plain(i)));
      return copy;
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new LinkedHashMap<>();
      map.forEach((k, v) -> copy.put(k, plain(v)));
      return copy;
    }
    return value;
  }
}
