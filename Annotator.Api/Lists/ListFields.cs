using System.Linq.Expressions;

namespace Annotator.Api.Lists;

/// <summary>What a list's clients can filter, sort and search by.</summary>
/// <param name="Value">The column or expression; EF Core turns it into SQL.</param>
/// <param name="Searched">Whether <c>search</c> looks into it.</param>
/// <param name="Parameter">Whether there is a query parameter of the same name that asks for equality.</param>
internal sealed record ListField(string Name, LambdaExpression Value, bool Searched, bool Parameter)
{
    /// <summary>The type that values are compared as: <c>string</c>, <c>int?</c>, <c>bool?</c> or <c>DateTimeOffset?</c>.</summary>
    public Type Type => Value.ReturnType;
}

/// <summary>The fields of one list, declared once beside its endpoint.</summary>
internal sealed class ListFields<T>
{
    private readonly Dictionary<string, ListField> _fields = new(StringComparer.Ordinal);

    public IEnumerable<ListField> All => _fields.Values;

    public ListField? Find(string name) => _fields.GetValueOrDefault(name);

    public ListFields<T> Text(string name, Expression<Func<T, string?>> value, bool searched = false) => Add(name, value, searched, parameter: true);

    /// <summary>A closed set of words: filtered and sorted, never searched.</summary>
    public ListFields<T> Word(string name, Expression<Func<T, string?>> value) => Add(name, value, searched: false, parameter: true);

    public ListFields<T> Number(string name, Expression<Func<T, int?>> value, bool parameter = true) => Add(name, value, searched: false, parameter);

    public ListFields<T> Date(string name, Expression<Func<T, DateTimeOffset?>> value) => Add(name, value, searched: false, parameter: false);

    public ListFields<T> Flag(string name, Expression<Func<T, bool?>> value) => Add(name, value, searched: false, parameter: true);

    private ListFields<T> Add(string name, LambdaExpression value, bool searched, bool parameter)
    {
        _fields.Add(name, new ListField(name, value, searched, parameter));
        return this;
    }
}
