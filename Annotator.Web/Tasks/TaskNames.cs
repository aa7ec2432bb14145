using Annotator.Client;

namespace Annotator.Web.Tasks;

/// <summary>Names of the tasks that jobs and requests only know by id; each is asked for once while a person is here.</summary>
public sealed class TaskNames(AnnotatorClient client)
{
    private readonly Dictionary<int, string> _names = [];

    public async Task<IReadOnlyDictionary<int, string>> ReadAsync(IEnumerable<int> ids, CancellationToken cancel)
    {
        var missing = ids.Distinct().Where(id => !_names.ContainsKey(id)).ToList();
        foreach (var task in await Task.WhenAll(missing.Select(id => NameAsync(id, cancel))))
        {
            _names[task.Id] = task.Name;
        }

        return _names;
    }

    /// <summary>What stands for the name of a task that one may not see, or that is gone.</summary>
    public static string Unknown(int id) => $"Task {id}";

    /// <summary>A job may be assigned to somebody who may not see its task: then the number has to do.</summary>
    private async Task<(int Id, string Name)> NameAsync(int id, CancellationToken cancel)
    {
        try
        {
            return (id, (await client.Tasks.GetAsync(id, cancel)).Name);
        }
        catch (AnnotatorApiException)
        {
            return (id, Unknown(id));
        }
    }
}
