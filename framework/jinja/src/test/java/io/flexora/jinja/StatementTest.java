package io.flexora.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Loops, conditions, macros, blocks and the order of operators, as jinja2 3.1.6 has them. */
class StatementTest {

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      value = {
        "{% for x in l %}{{ loop.index }}/{{ loop.length }}{{ x }}{{ loop.first }}{{ loop.last }}{{ loop.revindex }}{{ loop.revindex0 }};{% endfor %} => 1/3bTrueFalse32;2/3aFalseFalse21;3/3CFalseTrue10;",
        "{% for k, v in m.items() %}{{ k }}={{ v }}{% if not loop.last %},{% endif %}{% endfor %} => role=user,n=5",
        "{% for x in nums if x > 1 %}{{ loop.index }}{{ x }}{% else %}none{% endfor %} => 1322",
        "{% for x in nums if x > 5 %}{{ x }}{% else %}none{% endfor %} => none",
        "{% for x in l %}{{ loop.cycle('odd', 'even') }} {% endfor %} => `odd even odd `",
        "{% for x in [1, 1, 2] %}{% if loop.changed(x) %}{{ x }}{% endif %}{% endfor %} => 12",
        "{% for x in l %}{{ loop.previtem|default('^') }}{{ x }}{{ loop.nextitem|default('$') }} {% endfor %} => `^ba baC aC$ `",
        "{% for row in rows %}{% for tag in row.tags %}{{ loop.index }}{{ tag }}{% else %}-{% endfor %}{{ loop.index }} {% endfor %} => `1x2y1 -2 1z3 `",
        "{% for x in [[1, [2]], [3]] recursive %}{% if x is iterable %}[{{ loop(x) }}]{% else %}{{ x }}@{{ loop.depth }}{{ loop.depth0 }}{% endif %}{% endfor %} => [1@21[2@32]][3@21]",
        "{% for (a, b), c in [((1, 2), 3)] %}{{ a }}{{ b }}{{ c }}{% endfor %} => 123",
        "{% for c in 'abc' %}{{ c }}.{% endfor %}{% for k in m %}{{ k }}{% endfor %} => a.b.c.rolen",
        "{% for i in range(3) %}{% set x = i %}{% endfor %}{{ x is defined }} => False",
        "{% set x = 1 %}{% for i in range(3) %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }} => 1231",
        "{% set ns = namespace(total=0, seen=[]) %}{% for r in rows %}{% set ns.total = ns.total + r.age %}{% set ns.seen = ns.seen + [r.name] %}{% endfor %}{{ ns.total }}{{ ns.seen }} => 87['Ann', 'bob', 'Cy']",
        "{% set a, b = 1, 2 %}{{ a }}{{ b }}{% set a, b = b, a %}{{ a }}{{ b }} => 1221",
        "{% set text %}x{{ n }}y{% endset %}{{ text }}{{ text|length }}{% set up | upper | replace('A', 'b') %}aB{% endset %}{{ up }} => x7y3bB",
        "{% if n == 7 and not e %}a{% elif t %}b{% else %}c{% endif %}{% if e or none_ %}d{% endif %}{{ 'x' if e else 'y' }}{{ 'x' if n > 3 }} => ayx",
        "{% if n is odd and n is not even %}o{% endif %}{% if not n is even %}p{% endif %}{% if n in [7] %}q{% endif %}{% if n not in nums %}r{% endif %} => opqr",
        "{% macro f(a, b=2, c='z') %}[{{ a }},{{ b }},{{ c }}]{% endmacro %}{{ f(1) }}{{ f(1, 3) }}{{ f(1, c='q') }}{{ f(b=1, a=0) }} => [1,2,z][1,3,z][1,2,q][0,1,z]",
        "{% macro f() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ f() }}{{ f(1, 2, x=3) }} => (){}(1, 2){'x': 3}",
        "{% macro f(x) %}{% if x > 0 %}{{ x }}{{ f(x - 1) }}{% endif %}{% endmacro %}{{ f(3) }} => 321",
        "{% macro f(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ f(1) }}{{ f(1, 2) }} => 1112",
        "{% macro wrap(tag) %}<{{ tag }}>{{ caller() }}</{{ tag }}>{% endmacro %}{% call wrap('b') %}in {{ n }}{% endcall %} => <b>in 7</b>",
        "{% macro each(xs) %}{% for x in xs %}{{ caller(x, loop.index) }}{% endfor %}{% endmacro %}{% call(x, i) each(l) %}{{ i }}{{ x }}{% endcall %} => 1b2a3C",
        "{% with a = 1, b = 2 %}{{ a + b }}{% with a = 5 %}{{ a }}{{ b }}{% endwith %}{{ a }}{% endwith %}{{ a is defined }} => 3521False",
        "{% filter upper %}a{{ s }}b{% filter replace('B', '.') %}b{% endfilter %}{% endfilter %} => A HELLO WORLD BB",
        "{% set x = 1 %}{% if t %}{% set x = 2 %}{% endif %}{{ x }}{% with %}{% set x = 3 %}{% endwith %}{{ x }} => 22",
        "{% macro f() %}{{ n }}{% set n = 1 %}{{ n }}{% endmacro %}{{ f() }}{{ n }} => 717",
        "{% macro f() %}{{ x }}{% endmacro %}{% set x = 4 %}{{ f() }} => 4",
        "{{ (1 if t else 2) + 3 }} => 4",
        "{{ 1 if t else 2 + 3 }} => 1",
        "{{ not t or t }} => True",
        "{{ not (t or t) }} => False",
        "{{ 'a' if not t else 'b' if n else 'c' }} => b",
        "{{ 1 + 2 * 3 - 4 / 2 }} => 5.0",
        "{{ (1 + 2) * 3 }} => 9",
        "{{ 2 * 3 ** 2 }} => 18",
        "{{ 10 - 2 - 3 }} => 5",
        "{{ 2 ** 3 ** 2 }} => 64",
        "{{ 7 // 2 * 2 }} => 6",
        "{{ -n ** 2 }} => 49",
        "{{ 'a' ~ 1 * 2 }} => a2",
        "{{ t and 'x' }} => x",
        "{{ e or 'y' }} => y",
        "{{ 0 or none_ }} => None",
        "{{ e and 1 }} => []",
        "{{ none_ is none }} => True",
        "{{ true and 1 and 'z' }} => z",
        "{% raw %}{{ x }}{% if %}{# c #}{% endraw %} {{ '{{' }} {{ \"%}\" }} => {{ x }}{% if %}{# c #} {{ %}",
        "{# a comment {{ x }} {% if %} #}x{#- trimmed -#}  y => xy",
        "{% for x in l %}{%- if x == 'a' -%} A {%- else -%} {{- x -}} {%- endif -%}{% endfor %} => bAC"
      })
  void rendersWhatJinja2Renders(String template, String expected) {
    assertThat(Jinja2Cases.prompt(template)).isEqualTo(expected);
    assertThat(Jinja2Cases.chat(template)).isEqualTo(expected);
  }
}
