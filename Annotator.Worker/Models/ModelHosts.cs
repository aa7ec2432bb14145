using System.Security.Cryptography;
using System.Text;
using Annotator.Core;
using Annotator.Core.Media;
using Annotator.Core.Models;
using Annotator.Inference;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Processes;
using Annotator.Inference.Sessions;
using Annotator.Worker.Models.Connectors;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Annotator.Worker.Models;

/// <summary>
/// The models that are loaded here, each in a process of its own, so that a crash takes down nothing else. A model is loaded
/// when it is first asked for and stays while there is room and somebody uses it.
/// </summary>
internal sealed class ModelHosts(
    IServiceScopeFactory scopes, IBlobStore blobs, InferenceLimits limits, SessionSettings settings, RemoteModels remote, IOptions<ModelOptions> options, TimeProvider time) : IAsyncDisposable
{
    private readonly SemaphoreSlim _door = new(1);
    private readonly Dictionary<int, ModelHost> _loaded = [];

    /// <summary>The model, loaded, until the answer is disposed.</summary>
    /// <exception cref="ModelException"><c>model-unknown</c>: it was deleted, or is not understood yet. Or it cannot be loaded.</exception>
    public async Task<ModelLease> UseAsync(int modelId, CancellationToken cancel)
    {
        var model = await FindAsync(modelId, cancel);
        await _door.WaitAsync(cancel);
        ModelHost host;
        try
        {
            if (_loaded.TryGetValue(modelId, out host!) && host.Stamp != StampOf(model))
            {
                _loaded.Remove(modelId);
                await host.LetGoAsync();
                host = null!;
            }

            if (host is null)
            {
                _loaded[modelId] = host = new ModelHost(StampOf(model), LoadAsync(model));
            }

            host.Take(time.GetUtcNow());
            await MakeRoomAsync();
        }
        finally
        {
            _door.Release();
        }

        var lease = new ModelLease(host, time);
        try
        {
            await host.Loading.WaitAsync(cancel);
            return lease;
        }
        catch (Exception) when (host.Loading.IsFaulted)
        {
            await ForgetAsync(modelId, host);
            await lease.DisposeAsync();
            throw;
        }
        catch
        {
            await lease.DisposeAsync();
            throw;
        }
    }

    /// <summary>Puts away what nobody has used for a while.</summary>
    public async Task TidyAsync(CancellationToken cancel)
    {
        await _door.WaitAsync(cancel);
        try
        {
            var before = time.GetUtcNow() - TimeSpan.FromMinutes(options.Value.IdleMinutes);
            foreach (var (id, host) in _loaded.Where(pair => pair.Value.IsIdleSince(before)).ToList())
            {
                _loaded.Remove(id);
                await host.LetGoAsync();
            }
        }
        finally
        {
            _door.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _loaded.Values)
        {
            await host.EndAsync();
        }

        _door.Dispose();
    }

    private static string StampOf(AnnotationModel model)
    {
        var told = string.Join('\n', model.Files.OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => file.BlobKey).Prepend(model.Description).Append(model.Connector).Append(model.SealedSecret));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(told)));
    }

    private async Task<AnnotationModel> FindAsync(int modelId, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AnnotatorDbContext>();
        var model = await db.Models.AsNoTracking().Include(model => model.Files).SingleOrDefaultAsync(model => model.Id == modelId, cancel);
        return model?.Description is null
            ? throw new ModelException("model-unknown", model is null ? $"The model {modelId} was deleted." : $"The model \"{model.Name}\" is not understood yet.")
            : model;
    }

    private async Task<(ModelFolder?, IRunningModel, LoadedModel)> LoadAsync(AnnotationModel model)
    {
        // Loading is nobody's own: that the first who asked has gone away is no reason to fail the others.
        var description = ModelJson.Read(model.Description!, limits);
        if (model.Connector is not null)
        {
            var (running, loaded) = remote.Open(model, description);
            return (null, running, loaded);
        }

        var folder = await ModelFolder.CopyAsync(blobs, options.Value, model.Files, description, CancellationToken.None);
        var (count, session) = SessionsOf(description);
        var processes = new List<InferenceProcess> { new(limits, session) };
        try
        {
            var loaded = await processes[0].LoadAsync(folder.Path, CancellationToken.None);
            if (options.Value.Sessions > 0 || loaded.Provider == ExecutionProviders.Cpu)
            {
                processes.AddRange(Enumerable.Range(1, count - 1).Select(_ => new InferenceProcess(limits, session)));
                await Task.WhenAll(processes.Skip(1).Select(process => process.LoadAsync(folder.Path, CancellationToken.None)));
            }

            return (folder, processes is [var only] ? only : new ModelPool(processes), loaded);
        }
        catch
        {
            await Task.WhenAll(processes.Select(process => process.DisposeAsync().AsTask()));
            folder.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Threads of one run wait for each other, and for the picture that is prepared before it: two sessions of half the threads leave no core
    /// idle, and the benchmark <c>inference</c> shows by how much. Who has clicked waits for a single run, which gets all threads.
    /// </summary>
    private (int Count, SessionSettings Settings) SessionsOf(ModelDescription description)
    {
        if (options.Value.Sessions > 0)
        {
            return (options.Value.Sessions, settings);
        }

        var alone = description.Task is ModelTask.Interactive or ModelTask.Track || settings.Threads > 0 || Environment.ProcessorCount < 2;
        return alone ? (1, settings) : (2, settings with { Threads = Environment.ProcessorCount / 2 });
    }

    private async Task ForgetAsync(int modelId, ModelHost host)
    {
        await _door.WaitAsync();
        if (_loaded.TryGetValue(modelId, out var current) && current == host)
        {
            _loaded.Remove(modelId);
        }

        _door.Release();
    }

    private async Task MakeRoomAsync()
    {
        foreach (var (id, host) in _loaded.Where(pair => pair.Value.IsIdleSince(DateTimeOffset.MaxValue)).OrderBy(pair => pair.Value.LastUse).ToList())
        {
            if (_loaded.Count <= options.Value.MaxLoaded)
            {
                return;
            }

            _loaded.Remove(id);
            await host.LetGoAsync();
        }
    }
}

/// <summary>One loaded model and how many use it.</summary>
/// <param name="stamp">Of the files and the description that were loaded: with others it is another model.</param>
internal sealed class ModelHost(string stamp, Task<(ModelFolder? Folder, IRunningModel Process, LoadedModel Model)> loading)
{
    private readonly Lock _lock = new();
    private int _users;
    private bool _gone;

    public string Stamp => stamp;
    public Task<(ModelFolder? Folder, IRunningModel Process, LoadedModel Model)> Loading => loading;
    public DateTimeOffset LastUse { get; private set; }

    public void Take(DateTimeOffset now)
    {
        lock (_lock)
        {
            (_users, LastUse) = (_users + 1, now);
        }
    }

    public async Task GiveBackAsync(DateTimeOffset now)
    {
        bool last;
        lock (_lock)
        {
            (_users, LastUse) = (_users - 1, now);
            last = _gone && _users == 0;
        }

        if (last)
        {
            await EndAsync();
        }
    }

    public bool IsIdleSince(DateTimeOffset before)
    {
        lock (_lock)
        {
            return _users == 0 && LastUse < before && loading.IsCompleted;
        }
    }

    /// <summary>Ends when its last user has given it back.</summary>
    public async Task LetGoAsync()
    {
        bool idle;
        lock (_lock)
        {
            (_gone, idle) = (true, _users == 0);
        }

        if (idle)
        {
            await EndAsync();
        }
    }

    public async Task EndAsync()
    {
        try
        {
            var (folder, process, _) = await loading;
            await process.DisposeAsync();
            folder?.Dispose();
        }
        catch (Exception) when (loading.IsFaulted || loading.IsCanceled)
        {
            // It never came up, and has cleaned up behind itself.
            return;
        }
    }
}

/// <summary>A loaded model in use.</summary>
internal sealed class ModelLease(ModelHost host, TimeProvider time) : IAsyncDisposable
{
    private bool _given;

    public IRunningModel Process => host.Loading.Result.Process;
    public LoadedModel Model => host.Loading.Result.Model;

    /// <summary>The processes behind <see cref="Process"/>, one for each session.</summary>
    public IReadOnlyList<IRunningModel> Processes => Process is ModelPool pool ? pool.Models : [Process];

    /// <summary>Calls that run beside each other.</summary>
    public int Sessions => Processes.Count;

    /// <summary>Changes with the model's files and description.</summary>
    public string Stamp => host.Stamp;
    public ModelDescription Description => Model.Description;

    public async ValueTask DisposeAsync()
    {
        if (!_given)
        {
            _given = true;
            await host.GiveBackAsync(time.GetUtcNow());
        }
    }
}
