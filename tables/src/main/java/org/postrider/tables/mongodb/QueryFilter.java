package org.postrider.tables.mongodb;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.json.JsonParseException;
import org.postrider.common.lookup.TableException;
import org.postrider.tables.KeyTemplate;
import org.postrider.tables.LookupKey;

/**
 * A query in JSON with {@code %} codes in its texts. The JSON is read once, when the table is opened; a key then takes the place of
 * a code inside a text that is a text already, so nothing in it can be taken for JSON. Where a text is more than a text to the
 * server, the key is kept from being more: in a regular expression it matches itself, in an aggregation expression it is a literal.
 * As a field's name, or as a part of a script, it is refused.
 */
final class QueryFilter {
    private static final Set<String> SCRIPTS = Set.of("$where", "$function", "$accumulator");
    private static final Set<String> PATTERNS = Set.of("$regex", "regex", "pattern");
    private static final String EXPRESSION = "$expr";

    /** What a text is to the server. */
    private enum Sense {
        VALUE, PATTERN, EXPRESSION
    }

    private sealed interface Node {
        record Fixed(BsonValue value) implements Node {}

        record Text(KeyTemplate template, Sense sense) implements Node {}

        record Expression(KeyTemplate template, String options) implements Node {}

        record Fields(Map<String, Node> fields) implements Node {}

        record Items(List<Node> items) implements Node {}
    }

    private final String source;
    private final Node root;

    private QueryFilter(String json, String source) {
        this.source = source;
        try {
            this.root = node(BsonDocument.parse(quoted(json)), Sense.VALUE);
        } catch (JsonParseException e) {
            throw new TableException(source + ": query_filter is not JSON: " + e.getMessage());
        }
    }

    /**
     * Reads a query.
     *
     * @param source names the settings in complaints
     */
    static QueryFilter read(String json, String source) {
        return new QueryFilter(json, source);
    }

    /** A code that stands outside of texts and regular expressions is put between quotes. */
    private static String quoted(String json) {
        StringBuilder text = new StringBuilder();
        char inside = 0;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (inside != 0 && c == '\\' && i + 1 < json.length()) {
                text.append(c).append(json.charAt(++i));
            } else if (inside == 0 && c == '%' && i + 1 < json.length()) {
                text.append("\"%").append(json.charAt(++i)).append('"');
            } else {
                boolean limit = c == '"' || c == '\'' || c == '/';
                inside = limit && inside == 0 ? c : c == inside ? 0 : inside;
                text.append(c);
            }
        }
        return text.toString();
    }

    private Node node(BsonValue value, Sense sense) {
        return switch (value.getBsonType()) {
            case DOCUMENT -> fields(value.asDocument(), sense);
            case ARRAY -> {
                List<Node> items = new ArrayList<>();
                value.asArray().forEach(item -> items.add(node(item, sense)));
                yield new Node.Items(items);
            }
            case STRING -> text(template(value.asString().getValue()), sense);
            case REGULAR_EXPRESSION -> {
                BsonRegularExpression written = value.asRegularExpression();
                KeyTemplate template = template(written.getPattern());
                yield template.isFixed() ? new Node.Fixed(value) : new Node.Expression(template, written.getOptions());
            }
            default -> new Node.Fixed(value);
        };
    }

    private Node fields(BsonDocument document, Sense sense) {
        Map<String, Node> fields = new LinkedHashMap<>();
        document.forEach((name, value) -> {
            if (!template(name).isFixed()) {
                throw new TableException(source + ": query_filter has a % code in the name of a field: " + name);
            }
            Sense inner = PATTERNS.contains(name)
                    ? Sense.PATTERN
                    : name.equals(EXPRESSION) ? Sense.EXPRESSION : sense;
            Node node = node(value, inner);
            if (SCRIPTS.contains(name) && !isFixed(node)) {
                throw new TableException(source + ": query_filter has a % code in a script: " + name);
            }
            fields.put(name, node);
        });
        return new Node.Fields(fields);
    }

    private static boolean isFixed(Node node) {
        return switch (node) {
            case Node.Fixed _ -> true;
            case Node.Text _,Node.Expression _ -> false;
            case Node.Fields(Map<String, Node> fields) -> fields.values().stream().allMatch(QueryFilter::isFixed);
            case Node.Items(List<Node> items) -> items.stream().allMatch(QueryFilter::isFixed);
        };
    }

    private KeyTemplate template(String text) {
        return KeyTemplate.ofQuery(text, source);
    }

    private static Node text(KeyTemplate template, Sense sense) {
        return template.isFixed()
                ? new Node.Fixed(new BsonString(template.expand(new LookupKey(""), key -> key).orElse("")))
                : new Node.Text(template, sense);
    }

    /** The query for this key; empty when the key does not have what the query asks for. */
    Optional<BsonDocument> expand(LookupKey key) {
        return value(root, key).map(BsonValue::asDocument);
    }

    private static Optional<BsonValue> value(Node node, LookupKey key) {
        return switch (node) {
            case Node.Fixed(BsonValue value) -> Optional.of(value);
            case Node.Text(KeyTemplate template, Sense sense) -> switch (sense) {
                case VALUE -> template.expand(key, part -> part).map(BsonString::new);
                case PATTERN -> template.expand(key, QueryFilter::literally).map(BsonString::new);
                case EXPRESSION -> template.expand(key, part -> part)
                        .map(text -> new BsonDocument("$literal", new BsonString(text)));
            };
            case Node.Expression(KeyTemplate template, String options) ->
                template.expand(key, QueryFilter::literally)
                        .map(pattern -> new BsonRegularExpression(pattern, options));
            case Node.Fields(Map<String, Node> fields) -> {
                BsonDocument document = new BsonDocument();
                for (Map.Entry<String, Node> field : fields.entrySet()) {
                    Optional<BsonValue> value = value(field.getValue(), key);
                    if (value.isEmpty()) {
                        yield Optional.empty();
                    }
                    document.put(field.getKey(), value.get());
                }
                yield Optional.of(document);
            }
            case Node.Items(List<Node> items) -> {
                BsonArray array = new BsonArray();
                for (Node item : items) {
                    Optional<BsonValue> value = value(item, key);
                    if (value.isEmpty()) {
                        yield Optional.empty();
                    }
                    array.add(value.get());
                }
                yield Optional.of(array);
            }
        };
    }

    /** A regular expression of the PCRE library that matches this text only. */
    private static String literally(String text) {
        StringBuilder pattern = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = c > 127 || Character.isLetterOrDigit(c) || c == '_';
            pattern.append(plain ? "" : "\\").append(c);
        }
        return pattern.toString();
    }
}
