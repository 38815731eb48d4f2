package io.flexora.jinja.parse;

import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.tree.AssignmentTarget;
import io.flexora.jinja.tree.Calls;
import io.flexora.jinja.tree.Expression;
import io.flexora.jinja.tree.For;
import io.flexora.jinja.tree.Lookups;
import io.flexora.jinja.tree.Statement;
import io.flexora.jinja.tree.Statements;
import io.flexora.jinja.tree.Statements.Captured;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the tags that have a body or set variables. */
final class BlockParser {
  private static final Statement NOTHING = new Statements.Block(List.of());

  private final TokenCursor cursor;
  private final ExpressionParser expressions;
  private final StatementParser statements;
  private int loops;

  BlockParser(TokenCursor cursor, ExpressionParser expressions, StatementParser statements) {
    this.cursor = cursor;
    this.expressions = expressions;
    this.statements = statements;
  }

  boolean isInLoop() {
    return loops > 0;
  }

  Statement loop(int line) {
    AssignmentTarget target = targets(Set.of("in"), false);
    cursor.expectWord("in");
    Expression elements = expressions.tuple(false, false);
    Expression filter = cursor.skipWord("if") ? expressions.expression() : null;
    boolean recursive = cursor.skipWord("recursive");
    statements.endTag();
    loops++;
    Statement body = statements.body(Set.of("endfor", "else"));
    loops--;
    Statement otherwise = NOTHING;
    if (cursor.skipWord("else")) {
      otherwise = statements.bodyUntil("endfor");
    } else {
      cursor.take();
      statements.endTag();
    }
    return new For(target, elements, filter, body, otherwise, recursive, line);
  }

  Statement set(int line) {
    AssignmentTarget target = targets(Set.of(), true);
    if (cursor.skipOperator("=")) {
      Expression value = expressions.tuple(true, false);
      statements.endTag();
      return new Statements.Set_(target, value, line);
    }
    Expression text = new Lookups.Name(Captured.TEXT);
    Expression filtered = cursor.skipOperator("|") ? expressions.filterChain(text) : text;
    return new Captured(isolated("endset"), filtered, target, line);
  }

  Statement filter(int line) {
    Expression filtered = expressions.filterChain(new Lookups.Name(Captured.TEXT));
    return new Captured(isolated("endfilter"), filtered, null, line);
  }

  /** A body out of which no loop can be left. */
  private Statement isolated(String end) {
    int outer = loops;
    loops = 0;
    Statement body = statements.bodyUntil(end);
    loops = outer;
    return body;
  }

  Statement with(int line) {
    List<AssignmentTarget> targets = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!cursor.at(Token.Kind.BLOCK_END)) {
      if (!targets.isEmpty()) {
        cursor.expectOperator(",");
      }
      targets.add(new AssignmentTarget.Variable(cursor.name()));
      cursor.expectOperator("=");
      values.add(expressions.expression());
    }
    return new Statements.With(targets, values, statements.bodyUntil("endwith"), line);
  }

  Statement macro() {
    return macro(cursor.name(), true, "endmacro");
  }

  private Statements.MacroDefinition macro(String name, boolean signature, String end) {
    List<String> parameters = new ArrayList<>();
    List<Expression> defaults = new ArrayList<>();
    if (signature) {
      signature(parameters, defaults);
    }
    return finished(name, parameters, defaults, end);
  }

  private Statements.MacroDefinition finished(
      String name, List<String> parameters, List<Expression> defaults, String end) {
    Set<String> used = new HashSet<>();
    Set<String> outer = expressions.noteNames(used);
    Statement body = isolated(end);
    outer.addAll(used);
    expressions.noteNames(outer);
    return new Statements.MacroDefinition(name, parameters, defaults, body, used);
  }

  private void signature(List<String> parameters, List<Expression> defaults) {
    cursor.expectOperator("(");
    while (!cursor.skipOperator(")")) {
      parameters.add(cursor.name());
      if (cursor.skipOperator("=")) {
        defaults.add(expressions.expression());
      } else if (!defaults.isEmpty()) {
        throw new JinjaException("a parameter without a default follows one with a default");
      }
      if (!cursor.atOperator(")")) {
        cursor.expectOperator(",");
      }
    }
  }

  Statement call(int line) {
    List<String> parameters = new ArrayList<>();
    List<Expression> defaults = new ArrayList<>();
    if (cursor.atOperator("(")) {
      signature(parameters, defaults);
    }
    if (!(expressions.expression() instanceof Calls.Call call)) {
      throw new JinjaException("'call' needs a call of a macro");
    }
    Statements.MacroDefinition caller = finished("caller", parameters, defaults, "endcall");
    Map<String, Expression> named = new LinkedHashMap<>(call.passed().named());
    named.put("caller", new Lookups.Name(Captured.TEXT));
    Calls.Passed passed =
        new Calls.Passed(
            call.passed().positional(), named, call.passed().spread(), call.passed().spreadNamed());
    return new Statements.CallBlock(caller, new Calls.Call(call.function(), passed), line);
  }

  /** Names, or attributes of namespaces, with commas between them. */
  private AssignmentTarget targets(Set<String> ends, boolean attributes) {
    List<AssignmentTarget> targets = new ArrayList<>();
    boolean several = false;
    do {
      targets.add(target(ends, attributes));
      if (!cursor.skipOperator(",")) {
        break;
      }
      several = true;
    } while (beginsTarget(ends));
    return several ? new AssignmentTarget.Several(targets) : targets.get(0);
  }

  private boolean beginsTarget(Set<String> ends) {
    boolean name = cursor.at(Token.Kind.NAME) && !ends.contains(cursor.peek().text());
    return name || cursor.atOperator("(");
  }

  private AssignmentTarget target(Set<String> ends, boolean attributes) {
    if (cursor.skipOperator("(")) {
      AssignmentTarget inner = targets(ends, attributes);
      cursor.expectOperator(")");
      return inner;
    }
    String name = cursor.name();
    if (Set.of("true", "false", "none", "True", "False", "None").contains(name)) {
      throw new JinjaException("'" + name + "' cannot be set");
    }
    return attributes && cursor.skipOperator(".")
        ? new AssignmentTarget.Attribute(name, cursor.name())
        : new AssignmentTarget.Variable(name);
  }
}
