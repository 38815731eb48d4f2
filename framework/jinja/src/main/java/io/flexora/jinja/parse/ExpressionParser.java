package io.flexora.jinja.parse;

import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.dialect.JinjaOptions;
import io.flexora.jinja.filter.Filter;
import io.flexora.jinja.filter.Filters;
import io.flexora.jinja.filter.TestFunctions;
import io.flexora.jinja.tree.Calls;
import io.flexora.jinja.tree.Calls.Passed;
import io.flexora.jinja.tree.Expression;
import io.flexora.jinja.tree.Literals;
import io.flexora.jinja.tree.Operators;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads expressions, with jinja2's precedence: filters and tests bind closest. */
public final class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

  private final TokenCursor cursor;
  private final PrimaryParser primary;
  private final Filters filters;
  private Set<String> names = new HashSet<>();

  public ExpressionParser(TokenCursor cursor, JinjaOptions options) {
    this.cursor = cursor;
    this.filters = Filters.of(options);
    this.primary = new PrimaryParser(cursor, this);
  }

  /** Begins to note the names that are used, and gives what was noted before. */
  Set<String> noteNames(Set<String> into) {
    Set<String> before = names;
    names = into;
    return before;
  }

  void note(String name) {
    names.add(name);
  }

  Expression expression() {
    Expression value = or();
    while (cursor.skipWord("if")) {
      Expression condition = or();
      Expression otherwise = cursor.skipWord("else") ? expression() : null;
      value = new Operators.Conditional(condition, value, otherwise);
    }
    return value;
  }

  /** An expression without an inline {@code if}. */
  Expression or() {
    Expression left = and();
    while (cursor.skipWord("or")) {
      left = new Operators.Or(left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (cursor.skipWord("and")) {
      left = new Operators.And(left, not());
    }
    return left;
  }

  private Expression not() {
    return cursor.skipWord("not") ? new Operators.Not(not()) : comparison();
  }

  private Expression comparison() {
    Expression first = sum();
    List<String> operators = new ArrayList<>();
    List<Expression> operands = new ArrayList<>();
    for (String operator = comparator(); operator != null; operator = comparator()) {
      operators.add(operator);
      operands.add(sum());
    }
    return operators.isEmpty() ? first : new Operators.Comparison(first, operators, operands);
  }

  private String comparator() {
    if (cursor.at(Token.Kind.OPERATOR) && COMPARISONS.contains(cursor.peek().text())) {
      return cursor.take().text();
    }
    if (cursor.skipWord("in")) {
      return "in";
    }
    if (cursor.atWord("not") && cursor.peekSecond().is(Token.Kind.NAME, "in")) {
      cursor.take();
      cursor.take();
      return "not in";
    }
    return null;
  }

  private Expression sum() {
    Expression left = joined();
    while (cursor.atOperator("+") || cursor.atOperator("-")) {
      left = new Operators.Binary(cursor.take().text(), left, joined());
    }
    return left;
  }

  private Expression joined() {
    List<Expression> parts = new ArrayList<>(List.of(product()));
    while (cursor.skipOperator("~")) {
      parts.add(product());
    }
    return parts.size() == 1 ? parts.get(0) : new Operators.Joined(parts);
  }

  private Expression product() {
    Expression left = power();
    while (cursor.atOperator("*")
        || cursor.atOperator("/")
        || cursor.atOperator("//")
        || cursor.atOperator("%")) {
      left = new Operators.Binary(cursor.take().text(), left, power());
    }
    return left;
  }

  private Expression power() {
    Expression left = unary(true);
    while (cursor.skipOperator("**")) {
      left = new Operators.Binary("**", left, unary(true));
    }
    return left;
  }

  private Expression unary(boolean withFilters) {
    Expression value;
    if (cursor.skipOperator("-")) {
      value = new Operators.Negative(unary(false));
    } else if (cursor.skipOperator("+")) {
      value = new Operators.Positive(unary(false));
    } else {
      value = primary.primary();
    }
    value = primary.postfix(value);
    return withFilters ? filtersAndTests(value) : value;
  }

  private Expression filtersAndTests(Expression start) {
    Expression value = start;
    while (true) {
      if (cursor.atOperator("|")) {
        value = filters(value);
      } else if (cursor.atWord("is")) {
        value = test(value);
      } else if (cursor.atOperator("(")) {
        value = new Calls.Call(value, passed());
      } else {
        return value;
      }
    }
  }

  private Expression filters(Expression start) {
    Expression value = start;
    while (cursor.skipOperator("|")) {
      value = filter(value);
    }
    return value;
  }

  /** A filter whose name comes next, and those that follow it. */
  Expression filterChain(Expression input) {
    return filters(filter(input));
  }

  private Expression filter(Expression input) {
    Filter filter = filters.named(cursor.name());
    return new Calls.Filtered(input, filter, cursor.atOperator("(") ? passed() : Passed.NOTHING);
  }

  private Expression test(Expression input) {
    cursor.expectWord("is");
    boolean negated = cursor.skipWord("not");
    TestFunctions.TestFunction test = TestFunctions.named(cursor.name());
    Expression tested = new Calls.Tested(input, test, testArguments());
    return negated ? new Operators.Not(tested) : tested;
  }

  private Passed testArguments() {
    if (cursor.atOperator("(")) {
      return passed();
    }
    Token next = cursor.peek();
    boolean word =
        next.kind() == Token.Kind.NAME && !Set.of("else", "or", "and").contains(next.text());
    if (word && next.text().equals("is")) {
      throw new JinjaException("tests with 'is' cannot be chained");
    }
    boolean value =
        next.kind() == Token.Kind.LITERAL || cursor.atOperator("[") || cursor.atOperator("{");
    return word || value
        ? new Passed(List.of(primary.postfix(primary.primary())), Map.of(), null, null)
        : Passed.NOTHING;
  }

  Passed passed() {
    cursor.expectOperator("(");
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    Expression spread = null;
    Expression spreadNamed = null;
    while (!cursor.skipOperator(")")) {
      if (cursor.skipOperator("**")) {
        spreadNamed = expression();
      } else if (cursor.skipOperator("*")) {
        spread = expression();
      } else if (cursor.at(Token.Kind.NAME) && cursor.peekSecond().is(Token.Kind.OPERATOR, "=")) {
        String name = cursor.name();
        cursor.take();
        named.put(name, expression());
      } else if (named.isEmpty() && spread == null && spreadNamed == null) {
        positional.add(expression());
      } else {
        throw new JinjaException("an argument without a name follows one with a name");
      }
      if (!cursor.atOperator(")")) {
        cursor.expectOperator(",");
      }
    }
    return new Passed(positional, named, spread, spreadNamed);
  }

  /** One expression, or several with commas between them, which make a tuple. */
  public Expression tuple(boolean conditional, boolean mayBeEmpty) {
    List<Expression> items = new ArrayList<>();
    boolean tuple = false;
    while (!atTupleEnd()) {
      items.add(conditional ? expression() : or());
      if (!cursor.skipOperator(",")) {
        break;
      }
      tuple = true;
    }
    if (!tuple && items.isEmpty() && !mayBeEmpty) {
      throw new JinjaException("expected an expression, found " + cursor.peek().shown());
    }
    return tuple || items.isEmpty() ? new Literals.Sequence(items, true) : items.get(0);
  }

  private boolean atTupleEnd() {
    return cursor.at(Token.Kind.PRINT_END)
        || cursor.at(Token.Kind.BLOCK_END)
        || cursor.atOperator(")");
  }
}
