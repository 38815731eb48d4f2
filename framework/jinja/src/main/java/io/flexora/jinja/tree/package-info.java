/** Statements and expressions that are executed. */
package io.flexora.jinja.tree;
