using System.Globalization;
using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;

namespace Annotator.Api.Lists;

/// <summary>A filter that cannot be understood; the message is for the client.</summary>
internal sealed class InvalidFilterException(string message) : Exception(message);

/// <summary>
/// Turns a JsonLogic expression of the contract's operators (and, or, !, !!, ==, &lt;, &lt;=, &gt;, &gt;=, in, var) into a condition in
/// SQL. A comparison has the field on one side and a literal on the other. Values become SQL parameters.
/// </summary>
internal static class JsonLogic
{
    public const int LongestFilter = 8192;
    private const int DeepestFilter = 16;
    private const int LongestList = 1000;

    private static readonly MethodInfo Contains =
        typeof(string).GetMethod(nameof(string.Contains), [typeof(string)])!;

    /// <exception cref="InvalidFilterException">It is not JSON, or names an operator or a field that this list does not have.</exception>
    public static Expression<Func<T, bool>> Parse<T>(string filter, ListFields<T> fields)
    {
        if (filter.Length > LongestFilter)
        {
            throw new InvalidFilterException($"A filter has at most {LongestFilter} characters.");
        }

        try
        {
            using var document = JsonDocument.Parse(filter, new JsonDocumentOptions { MaxDepth = DeepestFilter * 2 });
            var row = Expression.Parameter(typeof(T), "row");
            return Expression.Lambda<Func<T, bool>>(new Reader<T>(fields, row).Condition(document.RootElement, 0), row);
        }
        catch (JsonException)
        {
            throw new InvalidFilterException("The filter is not valid JSON.");
        }
    }

    /// <summary>The condition that a field equals a literal given as text, as the plain query parameters have it.</summary>
    public static Expression<Func<T, bool>> Equality<T>(ListField field, string text)
    {
        var row = Expression.Parameter(typeof(T), "row");
        return Expression.Lambda<Func<T, bool>>(Expression.Equal(Body(field, row), Literal(field, TextLiteral(field, text))), row);
    }

    /// <summary>The field's expression over <paramref name="row"/>.</summary>
    public static Expression Body(ListField field, ParameterExpression row) =>
        new Substitute(field.Value.Parameters[0], row).Visit(field.Value.Body);

    private static object? TextLiteral(ListField field, string text)
    {
        if (field.Type == typeof(string))
        {
            return text;
        }

        if (field.Type == typeof(int?))
        {
            return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new InvalidFilterException($"{field.Name} is a whole number.");
        }

        return bool.TryParse(text, out var flag) ? flag : throw new InvalidFilterException($"{field.Name} is true or false.");
    }

    /// <summary>A literal that EF Core sends as a parameter: a property of a captured object.</summary>
    private static MemberExpression Literal(ListField field, object? value)
    {
        var holder = Activator.CreateInstance(typeof(Holder<>).MakeGenericType(field.Type), value)!;
        return Expression.Property(Expression.Constant(holder), nameof(Holder<>.Value));
    }

    private sealed class Holder<TValue>(TValue? value)
    {
        public TValue? Value { get; } = value;
    }

    private sealed class Substitute(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : node;
    }

    private sealed class Reader<T>(ListFields<T> fields, ParameterExpression row)
    {
        public Expression Condition(JsonElement element, int depth)
        {
            if (depth > DeepestFilter)
            {
                throw new InvalidFilterException($"A filter is at most {DeepestFilter} levels deep.");
            }

            if (TryField(element, out var field))
            {
                return IsSet(field);
            }

            var (name, arguments) = Operator(element);
            return name switch
            {
                "and" => Join(arguments, depth, Expression.AndAlso),
                "or" => Join(arguments, depth, Expression.OrElse),
                "!" => Expression.Not(Condition(Single(name, arguments), depth + 1)),
                "!!" => Condition(Single(name, arguments), depth + 1),
                "==" or "<" or "<=" or ">" or ">=" => Comparison(name, arguments),
                "in" => In(arguments),
                _ => throw new InvalidFilterException($"The operator {name} is not known. Known are and, or, !, !!, ==, <, <=, >, >=, in, var."),
            };
        }

        private Expression Join(JsonElement[] arguments, int depth, Func<Expression, Expression, Expression> join)
        {
            if (arguments.Length == 0)
            {
                throw new InvalidFilterException("and, or need at least one argument.");
            }

            return arguments.Select(argument => Condition(argument, depth + 1)).Aggregate(join);
        }

        /// <summary>What a field alone asks for.</summary>
        private BinaryExpression IsSet(ListField field)
        {
            var body = Body(field, row);
            var isSet = Expression.NotEqual(body, Expression.Constant(null, field.Type));
            return field.Type == typeof(string)
                ? Expression.AndAlso(isSet, Expression.NotEqual(body, Expression.Constant("")))
                : field.Type == typeof(bool?)
                    ? Expression.Equal(body, Expression.Constant(true, typeof(bool?)))
                    : isSet;
        }

        private BinaryExpression Comparison(string name, JsonElement[] arguments)
        {
            if (arguments.Length == 3 && name is ("<" or "<="))
            {
                // Between: {"<=": [low, {"var": "x"}, high]}.
                return Expression.AndAlso(Comparison(name, [arguments[0], arguments[1]]), Comparison(name, [arguments[1], arguments[2]]));
            }

            if (arguments.Length != 2)
            {
                throw new InvalidFilterException($"{name} takes two arguments.");
            }

            if (TryField(arguments[0], out var field))
            {
                return Compare(name, field, Literal(field, Value(field, arguments[1])));
            }

            if (TryField(arguments[1], out field))
            {
                return Compare(Mirror(name), field, Literal(field, Value(field, arguments[0])));
            }

            throw new InvalidFilterException($"{name} compares a field, such as {{\"var\": \"id\"}}, with a value.");
        }

        private BinaryExpression Compare(string name, ListField field, Expression value)
        {
            var body = Body(field, row);
            if (name == "==")
            {
                return Expression.Equal(body, value);
            }

            if (field.Type == typeof(bool?))
            {
                throw new InvalidFilterException($"{field.Name} is true or false and has no order.");
            }

            if (field.Type == typeof(string))
            {
                (body, value) = (
                    Expression.Call(typeof(string), nameof(string.Compare), null, body, value),
                    Expression.Constant(0));
            }

            return name switch
            {
                "<" => Expression.LessThan(body, value),
                "<=" => Expression.LessThanOrEqual(body, value),
                ">" => Expression.GreaterThan(body, value),
                _ => Expression.GreaterThanOrEqual(body, value),
            };
        }

        private Expression In(JsonElement[] arguments)
        {
            if (arguments.Length == 2 && TryField(arguments[0], out var member) && arguments[1].ValueKind == JsonValueKind.Array)
            {
                var values = arguments[1].EnumerateArray().Select(item => Value(member, item)).ToList();
                if (values.Count > LongestList)
                {
                    throw new InvalidFilterException($"A list in a filter has at most {LongestList} members.");
                }

                return values
                    .Select(value => (Expression)Expression.Equal(Body(member, row), Literal(member, value)))
                    .DefaultIfEmpty(Expression.Constant(false))
                    .Aggregate(Expression.OrElse);
            }

            if (arguments.Length == 2
                && arguments[0].ValueKind == JsonValueKind.String
                && TryField(arguments[1], out var text)
                && text.Type == typeof(string))
            {
                var body = Body(text, row);
                return Expression.AndAlso(
                    Expression.NotEqual(body, Expression.Constant(null, typeof(string))),
                    Expression.Call(body, Contains, Literal(text, arguments[0].GetString())));
            }

            throw new InvalidFilterException("in takes a field and a list, or a text and a text field.");
        }

        private bool TryField(JsonElement element, out ListField field)
        {
            field = null!;
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty("var", out var name))
            {
                return false;
            }

            if (name.ValueKind != JsonValueKind.String || fields.Find(name.GetString()!) is not { } found)
            {
                throw new InvalidFilterException(
                    $"There is no field {name} here. Fields are {string.Join(", ", fields.All.Select(known => known.Name))}.");
            }

            field = found;
            return true;
        }

        private static (string Name, JsonElement[] Arguments) Operator(JsonElement element)
        {
            if (element.ValueKind != JsonValueKind.Object || element.EnumerateObject().Count() != 1)
            {
                throw new InvalidFilterException("An expression is an object with one member: the operator.");
            }

            var member = element.EnumerateObject().First();
            return (member.Name, member.Value.ValueKind == JsonValueKind.Array ? [.. member.Value.EnumerateArray()] : [member.Value]);
        }

        private static JsonElement Single(string name, JsonElement[] arguments) =>
            arguments.Length == 1 ? arguments[0] : throw new InvalidFilterException($"{name} takes one argument.");

        private static string Mirror(string name) => name switch
        {
            "<" => ">",
            "<=" => ">=",
            ">" => "<",
            ">=" => "<=",
            _ => name,
        };

        private static object? Value(ListField field, JsonElement element) => (element.ValueKind, field.Type) switch
        {
            (JsonValueKind.Null, _) => null,
            (JsonValueKind.String, { } type) when type == typeof(string) => element.GetString(),
            (JsonValueKind.Number, { } type) when type == typeof(int?) && element.TryGetInt32(out var number) => number,
            (JsonValueKind.String, { } type) when type == typeof(int?) => TextLiteral(field, element.GetString()!),
            (JsonValueKind.True or JsonValueKind.False, { } type) when type == typeof(bool?) => element.GetBoolean(),
            (JsonValueKind.String, { } type) when type == typeof(DateTimeOffset?)
                && DateTimeOffset.TryParse(element.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date) => date,
            _ => throw new InvalidFilterException($"{element} is not a value of {field.Name}."),
        };
    }
}
