using System.Globalization;
using System.Linq.Expressions;
using Annotator.Api.Errors;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Lists;

// How an endpoint answers with a list:
//
//   private static readonly ListFields<Project> Fields = new ListFields<Project>()
//       .Number("id", project => project.Id)
//       .Text("name", project => project.Name, searched: true);
//
//   private static Task<Results<Ok<Page<ProjectRead>>, ProblemHttpResult>> ListAsync(
//       [AsParameters] ListQuery query, Listing listing, AnnotatorDbContext db, CurrentUser user, Links links, CancellationToken cancel) =>
//       listing.AnswerAsync(db.Projects.VisibleTo(user), Fields, query, ProjectRow.Select, row => ProjectRead.Of(row, links), cancel);
//
// The order is -id unless the client or the handler says otherwise; a field "id" must exist, it breaks ties.

/// <summary>Answers lists by the contract: equality parameters, filter, search, sort, pages with absolute links.</summary>
internal sealed class Listing(IHttpContextAccessor accessor, Links links)
{
    private readonly HttpRequest _request = accessor.HttpContext!.Request;

    /// <param name="source">Already narrowed to what the user may see.</param>
    /// <param name="select">The columns that are needed, in SQL.</param>
    /// <param name="write">A row as JSON has it.</param>
    /// <param name="order">Used when the client names none.</param>
    public async Task<Results<Ok<Page<TOut>>, ProblemHttpResult>> AnswerAsync<T, TRow, TOut>(
        IQueryable<T> source,
        ListFields<T> fields,
        ListQuery query,
        Expression<Func<T, TRow>> select,
        Func<TRow, TOut> write,
        CancellationToken cancel,
        string order = "-id")
    {
        if (query.PageNumber is not { } page)
        {
            return Problems.NotFound("Invalid page.");
        }

        IOrderedQueryable<T> ordered;
        try
        {
            source = Search(Narrow(source, fields, query), fields, query.Search);
            ordered = Sort(source, fields, string.IsNullOrEmpty(query.Sort) ? order : query.Sort);
        }
        catch (InvalidFilterException exception)
        {
            return Problems.Invalid("non_field_errors", exception.Message);
        }

        var count = await source.CountAsync(cancel);
        var skip = (page - 1L) * query.Size;
        if (page > 1 && skip >= count)
        {
            return Problems.NotFound("Invalid page.");
        }

        var rows = await ordered.Skip((int)skip).Take(query.Size).Select(select).ToListAsync(cancel);
        return TypedResults.Ok(new Page<TOut>(
            count,
            skip + query.Size < count ? Link(page + 1) : null,
            page > 1 ? Link(page - 1) : null,
            [.. rows.Select(write)]));
    }

    /// <summary>An honest empty list, for kinds of objects that this version does not make.</summary>
    public static Page<T> Empty<T>() => new(0, null, null, []);

    private IQueryable<T> Narrow<T>(IQueryable<T> source, ListFields<T> fields, ListQuery query)
    {
        foreach (var field in fields.All.Where(field => field.Parameter))
        {
            if (_request.Query[field.Name].ToString() is { Length: > 0 } value)
            {
                source = source.Where(JsonLogic.Equality<T>(field, value));
            }
        }

        return string.IsNullOrWhiteSpace(query.Filter) ? source : source.Where(JsonLogic.Parse(query.Filter, fields));
    }

    private static IQueryable<T> Search<T>(IQueryable<T> source, ListFields<T> fields, string? search)
    {
        var searched = fields.All.Where(field => field.Searched).ToList();
        if (string.IsNullOrWhiteSpace(search) || searched.Count == 0)
        {
            return source;
        }

        foreach (var word in search.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(16))
        {
            source = source.Where(AnyContains<T>(searched, word));
        }

        return source;
    }

    private static Expression<Func<T, bool>> AnyContains<T>(List<ListField> fields, string word)
    {
        var pattern = "%" + word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal) + "%";
        Expression<Func<string, bool>> like = text => EF.Functions.ILike(text, pattern);
        var row = Expression.Parameter(typeof(T), "row");
        var any = fields
            .Select(field => (Expression)Expression.Invoke(like, JsonLogic.Body(field, row)))
            .Aggregate(Expression.OrElse);
        return Expression.Lambda<Func<T, bool>>(any, row);
    }

    private static IOrderedQueryable<T> Sort<T>(IQueryable<T> source, ListFields<T> fields, string sort)
    {
        IOrderedQueryable<T>? ordered = null;
        foreach (var key in sort.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(8).Append("-id"))
        {
            var descending = key.StartsWith('-');
            var field = fields.Find(key.TrimStart('-'))
                ?? throw new InvalidFilterException($"There is no field {key.TrimStart('-')} to sort by. Fields are {string.Join(", ", fields.All.Select(known => known.Name))}.");
            ordered = By(source, ordered, field, descending);
        }

        return ordered!;
    }

    private static IOrderedQueryable<T> By<T>(IQueryable<T> source, IOrderedQueryable<T>? ordered, ListField field, bool descending)
    {
        var method = (ordered is null, descending) switch
        {
            (true, false) => nameof(Queryable.OrderBy),
            (true, true) => nameof(Queryable.OrderByDescending),
            (false, false) => nameof(Queryable.ThenBy),
            (false, true) => nameof(Queryable.ThenByDescending),
        };
        IQueryable<T> from = ordered is null ? source : ordered;
        return (IOrderedQueryable<T>)from.Provider.CreateQuery<T>(
            Expression.Call(typeof(Queryable), method, [typeof(T), field.Type], from.Expression, Expression.Quote(field.Value)));
    }

    private string Link(int page)
    {
        var query = new QueryBuilder(_request.Query
            .Where(parameter => parameter.Key != "page")
            .SelectMany(parameter => parameter.Value, (parameter, value) => KeyValuePair.Create(parameter.Key, value ?? "")))
        {
            { "page", page.ToString(CultureInfo.InvariantCulture) },
        };
        return links.To(_request.Path.ToUriComponent() + query.ToQueryString());
    }
}
