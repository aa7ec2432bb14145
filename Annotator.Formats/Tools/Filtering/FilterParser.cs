namespace Annotator.Formats.Tools.Filtering;

/// <summary>Reads a filter by descent, one method a level of binding, and checks its types on the way.</summary>
internal sealed class FilterParser(List<FilterToken> tokens)
{
    /// <summary>Deeper brackets are no filter that anybody writes.</summary>
    private const int MaxDepth = 100;

    private int _at;
    private int _depth;
    private bool _namesAnnotation;
    private bool _namesImage;

    public bool IsAboutImages => _namesImage && !_namesAnnotation;

    private FilterToken Next => tokens[_at];

    public Func<FilterSubject, FilterValue> Parse()
    {
        var condition = Or();
        if (Next.Kind != FilterTokenKind.End)
        {
            throw FilterExpression.Wrong(Next.At, $"{Next} does not belong here; conditions are joined by \"and\" or \"or\"");
        }

        return Condition(condition).Get;
    }

    private Part Or()
    {
        var left = And();
        while (Take(FilterTokenKind.Word, "or"))
        {
            var (one, two) = (Condition(left).Get, Condition(And()).Get);
            left = left with { Type = FilterType.Truth, Get = subject => FilterValue.Of(one(subject).IsTrue || two(subject).IsTrue) };
        }

        return left;
    }

    private Part And()
    {
        var left = Not();
        while (Take(FilterTokenKind.Word, "and"))
        {
            var (one, two) = (Condition(left).Get, Condition(Not()).Get);
            left = left with { Type = FilterType.Truth, Get = subject => FilterValue.Of(one(subject).IsTrue && two(subject).IsTrue) };
        }

        return left;
    }

    private Part Not()
    {
        var at = Next.At;
        if (!Take(FilterTokenKind.Word, "not"))
        {
            return Comparison();
        }

        Deeper();
        var inner = Condition(Not()).Get;
        _depth--;
        return new Part(at, FilterType.Truth, subject => FilterValue.Of(!inner(subject).IsTrue));
    }

    private Part Comparison()
    {
        var left = Operand();
        var sign = Next;
        if (Take(FilterTokenKind.Word, "in"))
        {
            return In(left, false);
        }

        if (sign.Kind == FilterTokenKind.Word && sign.Value == "not" && tokens[_at + 1] is { Kind: FilterTokenKind.Word, Value: "in" })
        {
            _at += 2;
            return In(left, true);
        }

        if (Take(FilterTokenKind.Word, "like"))
        {
            return Like(left);
        }

        if (sign.Kind != FilterTokenKind.Sign || sign.Value is not ("==" or "!=" or "<" or "<=" or ">" or ">="))
        {
            return left;
        }

        _at++;
        var right = Operand();
        Comparable(left, right, sign);
        var (one, two) = (left.Get, right.Get);
        return new Part(left.At, FilterType.Truth, Compare(one, two, sign.Value, left.Type == FilterType.Nothing || right.Type == FilterType.Nothing));
    }

    private static Func<FilterSubject, FilterValue> Compare(
        Func<FilterSubject, FilterValue> one, Func<FilterSubject, FilterValue> two, string sign, bool withNull)
    {
        if (withNull)
        {
            return subject => FilterValue.Of((one(subject).Type == two(subject).Type) == (sign == "=="));
        }

        return sign switch
        {
            "==" => subject => FilterValue.Of(one(subject).CompareTo(two(subject)) == 0),
            "!=" => subject => FilterValue.Of(one(subject).CompareTo(two(subject)) != 0),
            "<" => subject => FilterValue.Of(one(subject).CompareTo(two(subject)) < 0),
            "<=" => subject => FilterValue.Of(one(subject).CompareTo(two(subject)) <= 0),
            ">" => subject => FilterValue.Of(one(subject).CompareTo(two(subject)) > 0),
            _ => subject => FilterValue.Of(one(subject).CompareTo(two(subject)) >= 0),
        };
    }

    private Part In(Part left, bool negated)
    {
        Expect("[", "a list in brackets, such as [\"car\", \"bus\"]");
        var values = new List<Func<FilterSubject, FilterValue>>();
        do
        {
            var value = Operand();
            Comparable(left, value, tokens[_at - 1]);
            values.Add(value.Get);
        }
        while (Take(FilterTokenKind.Sign, ","));

        Expect("]", "\",\" or \"]\"");
        var get = left.Get;
        return new Part(left.At, FilterType.Truth, subject => FilterValue.Of(values.Exists(value => get(subject).CompareTo(value(subject)) == 0) != negated));
    }

    private Part Like(Part left)
    {
        var pattern = Next;
        if (left.Type is not (FilterType.Text or FilterType.Any) || !Take(FilterTokenKind.Text, null))
        {
            throw FilterExpression.Wrong(pattern.At, "\"like\" compares a text with a quoted pattern, in which * stands for anything");
        }

        var get = left.Get;
        return new Part(left.At, FilterType.Truth, subject =>
            FilterValue.Of(get(subject).Text is { } text && System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern.Value, text, ignoreCase: false)));
    }

    private Part Operand()
    {
        var token = Next;
        _at++;
        switch (token.Kind)
        {
            case FilterTokenKind.Text:
                return new Part(token.At, FilterType.Text, _ => FilterValue.Of(token.Value));
            case FilterTokenKind.Number:
                var number = token.Number;
                return new Part(token.At, FilterType.Number, _ => FilterValue.Of(number));
            case FilterTokenKind.Word when token.Value is "true" or "false":
                var truth = token.Value == "true";
                return new Part(token.At, FilterType.Truth, _ => FilterValue.Of(truth));
            case FilterTokenKind.Word when token.Value == "null":
                return new Part(token.At, FilterType.Nothing, _ => FilterValue.Nothing);
            case FilterTokenKind.Word when token.Value is not ("and" or "or" or "not" or "in" or "like"):
                return Field(token);
            case FilterTokenKind.Sign when token.Value == "(":
                Deeper();
                var inner = Or();
                _depth--;
                Expect(")", "\")\"");
                return inner;
            default:
                throw FilterExpression.Wrong(token.At, $"a name or a value was expected, not {token}");
        }
    }

    private Part Field(FilterToken token)
    {
        if (token.Value == "attr")
        {
            _namesAnnotation = true;
            return Of(token, FilterFields.Attribute(AttributeName()));
        }

        var name = token.Value;
        if (Take(FilterTokenKind.Sign, "."))
        {
            name += "." + Next.Value;
            _at++;
        }

        var field = FilterFields.Find(name) ?? throw FilterExpression.Wrong(token.At, $"there is no \"{name}\"; there are {FilterFields.Names}");
        _namesImage |= field.OfImage;
        _namesAnnotation |= !field.OfImage;
        return Of(token, field);
    }

    private string AttributeName()
    {
        var token = tokens[Math.Min(_at + 1, tokens.Count - 1)];
        if (Take(FilterTokenKind.Sign, ".") && Take(FilterTokenKind.Word, null))
        {
            return token.Value;
        }

        if (Take(FilterTokenKind.Sign, "[") && Take(FilterTokenKind.Text, null))
        {
            Expect("]", "\"]\"");
            return token.Value;
        }

        throw FilterExpression.Wrong(Next.At, "an attribute is written attr.NAME or attr[\"NAME\"]");
    }

    private static Part Of(FilterToken token, FilterField field) => new(token.At, field.Type, field.Get);

    private static Part Condition(Part part) => part.Type is FilterType.Truth or FilterType.Any
        ? part
        : throw FilterExpression.Wrong(part.At, $"this is a {Word(part.Type)}, not a condition; compare it with something");

    private static void Comparable(Part left, Part right, FilterToken sign)
    {
        var either = left.Type is FilterType.Any or FilterType.Nothing || right.Type is FilterType.Any or FilterType.Nothing;
        if (!either && left.Type != right.Type)
        {
            throw FilterExpression.Wrong(right.At, $"a {Word(left.Type)} cannot be compared with a {Word(right.Type)}");
        }

        if (sign.Value is "<" or "<=" or ">" or ">=" && (left.Type is FilterType.Truth or FilterType.Nothing || right.Type is FilterType.Truth or FilterType.Nothing))
        {
            throw FilterExpression.Wrong(sign.At, $"{sign} compares numbers or texts only");
        }
    }

    private static string Word(FilterType type) => type switch
    {
        FilterType.Truth => "truth value",
        FilterType.Number => "number",
        FilterType.Text => "text",
        _ => "value",
    };

    private bool Take(FilterTokenKind kind, string? value)
    {
        if (Next.Kind != kind || (value is not null && Next.Value != value))
        {
            return false;
        }

        _at++;
        return true;
    }

    private void Expect(string sign, string words)
    {
        if (!Take(FilterTokenKind.Sign, sign))
        {
            throw FilterExpression.Wrong(Next.At, $"{words} was expected, not {Next}");
        }
    }

    private void Deeper()
    {
        if (++_depth > MaxDepth)
        {
            throw FilterExpression.Wrong(Next.At, $"brackets and \"not\" go deeper than {MaxDepth}");
        }
    }

    private sealed record Part(int At, FilterType Type, Func<FilterSubject, FilterValue> Get);
}
