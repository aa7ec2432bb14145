using Annotator.Inference;

namespace Annotator.Worker.Models;

/// <summary>
/// Asks a model again whose process died under the call: somebody killed it, or the machine ran out of memory, and the next
/// process answers. A model that kills every process that takes it is given up.
/// </summary>
internal static class CrashedCalls
{
    private const int MostTries = 4;

    /// <exception cref="ModelException">The model failed otherwise, or every time.</exception>
    public static async Task<T> AgainAsync<T>(Func<Task<T>> call)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await call();
            }
            catch (ModelException error) when (error.Code == "process-crashed" && tries < MostTries)
            {
                continue;
            }
        }
    }
}
