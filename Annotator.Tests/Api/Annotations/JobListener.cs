using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace Annotator.Tests.Api.Annotations;

/// <summary>Somebody who has a job open: what the live feed tells them, in order.</summary>
internal sealed record JobListener(HubConnection Hub, ChannelReader<(string Name, JsonElement Body)> Events) : IAsyncDisposable
{
    /// <param name="handler">Of the replica to connect to.</param>
    /// <param name="token">An access token or login key of the listener.</param>
    public static async Task<JobListener> JoinAsync(HttpMessageHandler handler, string token, int jobId, CancellationToken cancel)
    {
        var events = Channel.CreateUnbounded<(string Name, JsonElement Body)>();
        var hub = new HubConnectionBuilder()
            .WithUrl("http://localhost/hubs/jobs?access_token=" + token, options =>
            {
                options.Transports = HttpTransportType.LongPolling;
                options.HttpMessageHandlerFactory = _ => handler;
            })
            .Build();
        foreach (var name in (string[])["changed", "presence", "job"])
        {
            hub.On<JsonElement>(name, body => events.Writer.TryWrite((name, body)));
        }

        await hub.StartAsync(cancel);
        await hub.InvokeAsync("Join", jobId, cancel);
        return new JobListener(hub, events.Reader);
    }

    /// <summary>The next event of that name; others before it are passed over.</summary>
    public async Task<JsonElement> NextAsync(string name, CancellationToken cancel)
    {
        await foreach (var next in Events.ReadAllAsync(cancel))
        {
            if (next.Name == name)
            {
                return next.Body;
            }
        }

        throw new InvalidOperationException("The feed ended.");
    }

    /// <summary>Waits until the feed shows exactly these people, and returns their names.</summary>
    public async Task<IReadOnlyList<string>> SeesAsync(CancellationToken cancel, params string?[] names)
    {
        string[] shown;
        do
        {
            shown = [.. (await NextAsync("presence", cancel)).GetProperty("users").EnumerateArray().Select(user => user.GetProperty("username").GetString()!)];
        }
        while (!shown.SequenceEqual(names.Order(StringComparer.Ordinal)));

        return shown;
    }

    public ValueTask DisposeAsync() => Hub.DisposeAsync();
}
