using System.CommandLine;
using Annotator.Cli.Output;
using Annotator.Client;

namespace Annotator.Cli.Server;

/// <summary>The options of commands that list something, and the walk through the pages.</summary>
internal sealed class ListOptions
{
    private const int PageSize = 100;

    private readonly Option<string?> _search = new("--search") { Description = "Only what has this text in it" };
    private readonly Option<string?> _sort = new("--sort") { Description = "A field's name, with a minus in front for the other way round" };
    private readonly Option<int> _limit = new("--limit") { Description = "How many at most; 0 for all", DefaultValueFactory = _ => 100 };

    public ListOptions(Command command)
    {
        command.Add(_search);
        command.Add(_sort);
        command.Add(_limit);
    }

    /// <param name="where">Filters by field; null and empty ones are left out.</param>
    public async Task<List<T>> ReadAsync<T>(
        CommandContext context, Func<ListQuery, CancellationToken, Task<ResultPage<T>>> list, IReadOnlyDictionary<string, string?> where, CancellationToken cancel)
    {
        var limit = context.Get(_limit) is > 0 and var most ? most : int.MaxValue;
        var all = new List<T>();
        for (var page = 1; all.Count < limit; page++)
        {
            var part = await list(new ListQuery { Page = page, PageSize = Math.Min(PageSize, limit), Search = context.Get(_search), Sort = context.Get(_sort), Where = where }, cancel);
            all.AddRange(part.Results);
            context.Progress.Show("listed", all.Count, Math.Min(part.Count, limit));
            if (part.Next is null || part.Results.Count == 0)
            {
                break;
            }
        }

        return all.Count > limit ? all[..limit] : all;
    }
}

/// <summary>Ways to show objects of the server.</summary>
internal static class Showing
{
    public static int List<T>(this CommandContext context, IReadOnlyList<T> objects, TextTable table, Func<T, object?[]> row)
    {
        if (context.Json)
        {
            context.WriteJson(objects);
            return ExitCodes.Done;
        }

        foreach (var one in objects)
        {
            table.Add(row(one));
        }

        context.Write(table);
        return ExitCodes.Done;
    }

    /// <summary>Field by field for people.</summary>
    public static int One(this CommandContext context, object one, params (string Name, object? Value)[] fields)
    {
        if (context.Json)
        {
            context.WriteJson(one);
            return ExitCodes.Done;
        }

        var table = new TextTable("", "");
        foreach (var (name, value) in fields)
        {
            table.Add(name, value);
        }

        context.Write(table);
        return ExitCodes.Done;
    }

    /// <summary>What was done, for people; the object for programs.</summary>
    public static int Done(this CommandContext context, object one, string words)
    {
        if (context.Json)
        {
            context.WriteJson(one);
        }
        else
        {
            context.Write(words);
        }

        return ExitCodes.Done;
    }
}
