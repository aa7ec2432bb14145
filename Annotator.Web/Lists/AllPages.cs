using Annotator.Client;

namespace Annotator.Web.Lists;

/// <summary>Whole lists, for choosing from: page by page.</summary>
internal static class AllPages
{
    private const int PageSize = 500;

    /// <param name="query">Its page and page size are not used.</param>
    public static async Task<IReadOnlyList<T>> ReadAsync<T>(Func<ListQuery, CancellationToken, Task<ResultPage<T>>> list, ListQuery query, CancellationToken cancel)
    {
        var all = new List<T>();
        for (var page = 1; ; page++)
        {
            var part = await list(query with { Page = page, PageSize = PageSize }, cancel);
            all.AddRange(part.Results);
            if (part.Next is null || part.Results.Count == 0)
            {
                return all;
            }
        }
    }
}
